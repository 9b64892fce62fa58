import { createApp } from "../../app.ts";
import { readEnvironment } from "../../config/environment.ts";
import { loadConfiguration } from "../../config/load.ts";
import { createLog } from "../../telemetry/log.ts";
import { redact, redactSecrets } from "../../telemetry/redact.ts";
import { chooseBotConfig, UNKNOWN } from "../bot-config.ts";
import type { ConfigArguments } from "../config.ts";
import { keepStdout } from "../keep-stdout.ts";
import { heldBackIn, readSwitchedOff } from "../switched-off.ts";
import { oneTerminalLine } from "../terminal.ts";
import { versionInformation } from "../version.ts";
import { watchExit } from "./exits.ts";
import { watchPlugins } from "./watch.ts";

export interface PluginListArguments extends ConfigArguments {
  readonly json?: boolean;
}

const RIGHTS =
  "A plugin runs with all the rights of this process. What it may call is what ctx.http allows it, not a sandbox.";

/**
 * Starts every plugin, with data in memory, and shows what came of it.
 *
 * @throws BotError `config.invalid`.
 */
export async function listPlugins({ config: file, json = false }: PluginListArguments): Promise<void> {
  const print = keepStdout();
  const strays = watchPlugins();
  using exits = watchExit();
  const remarks: string[] = [];
  const onProblem = (remark: string) => void remarks.push(remark);
  const environment = readEnvironment(process.cwd(), process.env, onProblem);
  const config = await chooseBotConfig({
    environment,
    config: file,
    onProblem,
    heldBack: heldBackIn(environment),
  });
  exits.know(config.plugins);
  const configuration = loadConfiguration({ config, environment, remarks });
  redactSecrets(configuration.secrets);
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const switchedOff = readSwitchedOff(configuration.settings.DATA_DIR, onProblem);
  const app = await createApp({ configuration, log, version: versionInformation().version, switchedOff, strays });
  try {
    const states = app.registry.plugins();
    const plugins = configuration.plugins.map(({ definition, from, problem, heldBack }) => {
      const { id, version } = definition;
      // Something that cannot be loaded may go by the name of a plugin that runs.
      const state = problem === undefined || heldBack ? states.find((one) => one.id === id) : undefined;
      return {
        id,
        version,
        from: from ?? "built in",
        state: state?.state ?? "failed",
        hosts: version === UNKNOWN || heldBack ? null : (definition.permissions?.http ?? []),
        brings: state?.state === "active" ? app.registry.brought(id) : [],
        error: (heldBack ? state?.detail : undefined) ?? problem ?? state?.detail ?? null,
      };
    });
    const leftOut = (config.leftOut ?? []).map((one) => ({
      ...one,
      state: "left out",
      hosts: null,
      brings: [],
      error: null,
    }));
    const listed: readonly Listed[] = [...plugins, ...leftOut];
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    if (json) print(`${JSON.stringify(listed, undefined, 2)}\n`);
    else print(`${[...listed.flatMap(shown), "", RIGHTS].join("\n")}\n`);
  } finally {
    await app.dispose();
  }
}

interface Listed {
  readonly id: string;
  readonly version: string;
  readonly from: string;
  readonly state: string;
  /** `null`: it was never loaded, so nothing is known of it, or it is left out. */
  readonly hosts: readonly string[] | null;
  readonly brings: readonly string[];
  readonly error: string | null;
}

function shown({ id, version, from, state, hosts, brings, error }: Listed): readonly string[] {
  return [
    `${id} ${version}  ${state}  (${from})`,
    ...(hosts === null ? [] : [`  may call: ${hosts.join(", ") || "no host"}`]),
    ...(brings.length > 0 ? [`  brings: ${brings.join(", ")}`] : []),
    ...(error === null ? [] : [`  error: ${redact(error)}`]),
  ].map((text) => `${/^ */.exec(text)?.[0]}${oneTerminalLine(text)}`);
}
