import { fileURLToPath } from "node:url";
import { type App, createApp } from "../../app.ts";
import type { PluginChoice } from "../../config/define.ts";
import { readEnvironment } from "../../config/environment.ts";
import { loadConfiguration } from "../../config/load.ts";
import { invalidConfiguration } from "../../config/problems.ts";
import { isBinary } from "../../platform/packaged.ts";
import { createPlayground, openUpstreams } from "../../playground/index.ts";
import type { ContractCase } from "../../plugin/contracts.ts";
import type { Candidate } from "../../plugin/loader/candidates.ts";
import { explainFailure } from "../../plugin/loader/explain.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";
import { loadPlugin } from "../../plugin/loader/load.ts";
import { reasonOf } from "../../plugin/reason.ts";
import { createLog } from "../../telemetry/log.ts";
import { redact, redactSecrets } from "../../telemetry/redact.ts";
import { chooseBotConfig, pluginsFolder } from "../bot-config.ts";
import { readBuiltIn } from "../built-in.ts";
import type { ConfigArguments } from "../config.ts";
import { keepStdout } from "../keep-stdout.ts";
import { oneTerminalLine } from "../terminal.ts";
import { versionInformation } from "../version.ts";
import { watchExit } from "./exits.ts";
import { createPluginHost } from "./host.ts";
import { neighbours } from "./neighbours.ts";
import { candidateAt, nothingAt } from "./path.ts";
import { probeInChild } from "./probe.ts";
import { samplesFault, samplesProblem } from "./problems.ts";
import { rulesFor } from "./rules.ts";
import { type Say, tryCases } from "./try-cases.ts";
import { watchPlugins } from "./watch.ts";

/** How many different faults of its samples are told at most. */
const MOST_FAULTS = 5;

/**
 * Loads a plugin, starts it behind those of `bot.config.ts` against its own samples, and tries every rule; one line each.
 * Status 1 when one is broken.
 *
 * @throws BotError `config.invalid`.
 */
export async function checkPlugin(path: string, { config: file }: ConfigArguments = {}): Promise<void> {
  const print = keepStdout();
  const say: Say = (kept, rule, why) => {
    if (!kept) process.exitCode = 1;
    const text = why === undefined ? rule : `${rule}: ${redact(why)}`;
    print(`${kept ? "ok  " : "FAIL"}  ${oneTerminalLine(text)}\n`);
  };
  const strays = watchPlugins({
    tell: (line) => say(false, "leaves no error uncaught", line),
    descriptor: 1,
    mark: "FAIL  lets others have a turn: ",
  });
  using exits = watchExit((line) => say(false, "lets the program run", line));
  const environment = readEnvironment(process.cwd(), process.env);
  const chosen = await chooseBotConfig({ environment, config: file, withoutFolder: true });
  if (chosen.problems !== undefined) throw invalidConfiguration(chosen.problems);
  const host = createPluginHost((await readBuiltIn()).plugins);
  const candidate = candidateAt(path, host);
  if (candidate === undefined) return say(false, nothingAt(path, pluginsFolder(environment)?.path, host));
  const onFiles = (files: readonly string[]) =>
    exits.know(files.map((one) => ({ files: [one], from: host.shown(one) })));
  onFiles([candidate.file ?? candidate.place]);
  const loaded = await loadPlugin(candidate, {
    host,
    probe: (one) => probeInChild(one, { host, external: chosen.external }),
  });
  onFiles(loaded.files);
  const { definition, problem } = loaded;
  if (definition === undefined) return say(false, "loads", problem ?? "it is no plugin");
  const { id } = definition;
  say(true, `loads: ${id} ${definition.version}, plugin API ${definition.api}`);
  for (const key of loaded.unknown ?? []) say(false, "has no unknown key", key);
  const hosts = definition.permissions?.http ?? [];
  say(true, `may call: ${hosts.join(", ") || "no host"}`);
  if (definition.samples === undefined && hosts.length > 0)
    say(false, "has samples", "it calls hosts and has no sample answers; give definePlugin({ samples })");

  const desk = await createPlayground();
  let app: App | undefined;
  try {
    let unsampled: string | undefined;
    const sampled = { id, files: loaded.files, from: host.shown(loaded.file) };
    const faults = new Set<string>();
    const overrides = await openUpstreams(desk, [definition], {
      onProblem: (_, error) => {
        unsampled = samplesProblem(sampled, error);
      },
      onFault(fault) {
        // The same for one request after the other: once is enough.
        const why = reasonOf(fault.error);
        if (faults.has(why) || faults.size >= MOST_FAULTS) return;
        faults.add(why);
        say(false, "has sample answers", samplesFault(sampled, fault));
      },
    });
    if (unsampled !== undefined) return say(false, "has samples", unsampled);
    const choice: PluginChoice = {
      definition,
      options: chosen.external?.[id] || {},
      from: host.shown(loaded.file),
      files: loaded.files,
      ...(loaded.setupLine === undefined ? {} : { setupLine: loaded.setupLine }),
      ...(loaded.idLine === undefined ? {} : { idLine: loaded.idLine }),
    };
    const others = isOurs(candidate) ? chosen.plugins.filter((one) => one.definition.id !== id) : chosen.plugins;
    const before = neighbours(others, environment);
    const alone = before.every((one) => one.definition.id !== id);
    const config = { ...chosen, plugins: [...before, choice] };
    const configuration = loadConfiguration({ config, environment, ...(alone ? { overrides } : {}) });
    redactSecrets(configuration.secrets);
    const wrong = configuration.plugins.at(-1)?.problem;
    say(wrong === undefined, alone ? "takes its options" : "has an id of its own", wrong);
    if (wrong !== undefined) return;
    const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
    const samples = { [id]: `${desk.url}/upstream/${id}` };
    app = await createApp({ configuration, log, version: versionInformation().version, samples, strays });
    const { state, detail } = app.registry.plugins().find((one) => one.id === id) ?? { state: "failed" };
    say(state === "active", "starts", detail);
    if (state !== "active") return;
    say(true, `brings: ${app.registry.brought(id).join(", ") || "nothing"}`);
    const onProblem = (about: string, error: unknown) => say(false, about, reasonOf(error));
    for (const { about, cases } of await rulesFor(app, { plugin: id, onProblem }))
      await tryCases(cases, { about, say });
    await tryOwnTests(candidate, { host, say, onFiles });
  } catch (error) {
    say(false, "can be tried", reasonOf(error));
  } finally {
    await app?.dispose();
    await desk.dispose();
  }
}

/** Whether it is one of the plugins that come with the program: that one need not stand beside itself. */
function isOurs({ place }: Candidate): boolean {
  return !isBinary() && place.startsWith(fileURLToPath(new URL("../../../plugins/", import.meta.url)));
}

interface OwnTests {
  readonly host: LoaderHost;
  readonly say: Say;
  /** Told of the plugin's files before they run. */
  onFiles(files: readonly string[]): void;
}

/** A plugin's own tests: `*.test.ts` in its folder, whose default export is a list of cases. */
async function tryOwnTests({ file, place }: Candidate, { host, say, onFiles }: OwnTests): Promise<void> {
  if (file === undefined || file === place) return;
  for (const { name } of host.list(place) ?? []) {
    if (!/\.test\.(?:ts|mjs|js)$/.test(name)) continue;
    const test = host.join(place, name);
    onFiles([test]);
    const { outcome, files } = await host.importModule(test);
    if ("error" in outcome) say(false, name, explainFailure(outcome.error, test, { files, host }));
    else if (isCases(outcome.namespace.default)) await tryCases(outcome.namespace.default, { about: `${name}:`, say });
    else say(false, name, "its default export is no list of { name, run }");
  }
}

function isCases(value: unknown): value is readonly ContractCase[] {
  return Array.isArray(value) && value.every((one) => typeof one?.name === "string" && typeof one?.run === "function");
}
