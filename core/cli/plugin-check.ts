import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type App, createApp } from "../app.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { createPlayground, openUpstreams } from "../playground/index.ts";
import type { ContractCase } from "../plugin/contracts.ts";
import { type Candidate, folderCandidate } from "../plugin/loader/candidates.ts";
import { explainFailure } from "../plugin/loader/explain.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import { loadPlugin } from "../plugin/loader/load.ts";
import { reasonOf } from "../plugin/reason.ts";
import { createLog } from "../telemetry/log.ts";
import { redact, redactSecrets } from "../telemetry/redact.ts";
import { readBuiltIn } from "./built-in.ts";
import { createPluginHost } from "./plugin-host.ts";
import { probeInChild } from "./plugin-probe.ts";
import { rulesFor } from "./plugin-rules.ts";
import { oneTerminalLine } from "./terminal.ts";
import { versionInformation } from "./version.ts";

/** Says what came of one rule. */
type Say = (kept: boolean, rule: string, why?: string) => void;

/** Loads a plugin, starts it against its own samples, and tries every rule; one line each. Status 1 when one is broken. */
export async function checkPlugin(path: string): Promise<void> {
  const say: Say = (kept, rule, why) => {
    if (!kept) process.exitCode = 1;
    const text = why === undefined ? rule : `${rule}: ${redact(why)}`;
    process.stdout.write(`${kept ? "ok  " : "FAIL"}  ${oneTerminalLine(text)}\n`);
  };
  const host = createPluginHost((await readBuiltIn()).plugins);
  const candidate = candidateAt(resolve(path), host);
  if (candidate === undefined) return say(false, `there is no ${path}`);
  const loaded = await loadPlugin(candidate, { host, probe: (file) => probeInChild(file, { host }) });
  const { definition, problem } = loaded;
  if (definition === undefined) return say(false, "loads", problem ?? "it is no plugin");
  say(true, `loads: ${definition.id} ${definition.version}, plugin API ${definition.api}`);
  const hosts = definition.permissions?.http ?? [];
  say(true, `may call: ${hosts.join(", ") || "no host"}`);
  if (definition.samples === undefined && hosts.length > 0)
    say(false, "has samples", "it calls hosts and has no sample answers; give definePlugin({ samples })");

  const desk = await createPlayground();
  let app: App | undefined;
  try {
    const overrides = await openUpstreams(desk, [definition]);
    const choice = { definition, options: {}, from: host.shown(loaded.file), files: loaded.files };
    const environment = readEnvironment(process.cwd(), process.env);
    const configuration = loadConfiguration({ config: { plugins: [choice] }, environment, overrides });
    redactSecrets(configuration.secrets);
    const wrong = configuration.plugins[0]?.problem;
    say(wrong === undefined, "takes its options", wrong);
    if (wrong !== undefined) return;
    const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
    const samples = { [definition.id]: `${desk.url}/upstream/${definition.id}` };
    app = await createApp({ configuration, log, version: versionInformation().version, samples });
    const { state, detail } = app.registry.plugins()[0] ?? { state: "failed" };
    say(state === "active", "starts", detail);
    if (state !== "active") return;
    say(true, `brings: ${app.registry.brought(definition.id).join(", ") || "nothing"}`);
    const rules = await rulesFor(app, (about, error) => say(false, about, reasonOf(error)));
    for (const { about, cases } of rules) await tryAll(about, cases, say);
    await tryOwnTests(candidate, host, say);
  } catch (error) {
    say(false, "can be tried", reasonOf(error));
  } finally {
    await app?.dispose();
    await desk.dispose();
  }
}

async function tryAll(about: string, cases: readonly ContractCase[], say: Say): Promise<void> {
  for (const { name, run } of cases) {
    try {
      await run();
      say(true, `${about} ${name}`);
    } catch (error) {
      say(false, `${about} ${name}`, reasonOf(error));
    }
  }
}

/** A plugin's own tests: `*.test.ts` in its folder, whose default export is a list of cases. */
async function tryOwnTests({ file, place }: Candidate, host: LoaderHost, say: Say): Promise<void> {
  if (file === undefined || file === place) return;
  for (const { name } of host.list(place) ?? []) {
    if (!/\.test\.(?:ts|mjs|js)$/.test(name)) continue;
    const test = host.join(place, name);
    const { outcome, files } = await host.importModule(test);
    if ("error" in outcome) say(false, name, explainFailure(outcome.error, test, { files, host }));
    else if (isCases(outcome.namespace.default)) await tryAll(`${name}:`, outcome.namespace.default, say);
    else say(false, name, "its default export is no list of { name, run }");
  }
}

function isCases(value: unknown): value is readonly ContractCase[] {
  return Array.isArray(value) && value.every((one) => typeof one?.name === "string" && typeof one?.run === "function");
}

function candidateAt(path: string, host: LoaderHost): Candidate | undefined {
  const state = statSync(path, { throwIfNoEntry: false });
  if (state?.isDirectory()) return folderCandidate(basename(path), path, host);
  if (!state?.isFile()) return undefined;
  const name = basename(path).replace(/\.\w+$/, "");
  return name === "index"
    ? folderCandidate(basename(dirname(path)), dirname(path), host)
    : { name, file: path, place: path };
}
