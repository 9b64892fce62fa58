import botConfig from "../../bot.config.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";

/** Prints every setting in force, where it comes from, and what is accepted but ignored. */
export function config(): void {
  const environment = readEnvironment(process.cwd(), process.env);
  const { inForce, notes } = loadConfiguration({ config: botConfig, environment });
  const width = Math.max(...inForce.map(({ name }) => name.length));
  for (const { name, value, from } of inForce)
    process.stdout.write(`${name.padEnd(width)}  ${value || "–"}  (${from})\n`);
  for (const note of notes) process.stdout.write(`${note}\n`);
}
