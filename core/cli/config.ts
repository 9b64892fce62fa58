import botConfig from "../../bot.config.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";

/** Prints every setting in force, where it comes from, and what is accepted but ignored. */
export function config(): void {
  const remarks: string[] = [];
  const environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  const { inForce, notes } = loadConfiguration({ config: botConfig, environment, remarks });
  const width = Math.max(...inForce.map(({ name }) => name.length));
  const settings = inForce.map(({ name, value, from }) => `${name.padEnd(width)}  ${value || "–"}  (${from})`);
  process.stdout.write(`${[...settings, ...notes].join("\n")}\n`);
}
