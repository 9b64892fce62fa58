import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { chooseBotConfig } from "./bot-config.ts";
import { keepStdout } from "./keep-stdout.ts";

export interface ConfigArguments {
  /** A file to use instead of the built-in `bot.config.ts`. */
  readonly config?: string | undefined;
}

/** Prints every setting in force, where it comes from, and what is accepted but ignored. */
export async function config({ config: file }: ConfigArguments = {}): Promise<void> {
  const print = keepStdout();
  const remarks: string[] = [];
  const environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  const chosen = await chooseBotConfig({ environment, config: file, onProblem: (remark) => remarks.push(remark) });
  const { inForce, notes, plugins } = loadConfiguration({ config: chosen, environment, remarks });
  const leftOut = plugins.flatMap(({ definition: { id }, problem }) =>
    problem === undefined ? [] : [`Plugin "${id}" is left out: ${problem}`],
  );
  const width = Math.max(...inForce.map(({ name }) => name.length));
  const settings = inForce.map(({ name, value, from }) => `${name.padEnd(width)}  ${value || "–"}  (${from})`);
  print(`${[...settings, ...notes, ...leftOut].join("\n")}\n`);
}
