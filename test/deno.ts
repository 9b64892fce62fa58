import { spawnSync } from "node:child_process";
import { onDeno } from "../core/platform/own-program.ts";

/**
 * Finds Deno: the runtime this is, or the one on the PATH.
 *
 * @returns the runtime itself, not the script that npm may have put in its place, which passes no signal on;
 * `undefined` when there is none.
 */
function findDeno(): string | undefined {
  if (process.versions.deno !== undefined) return process.execPath;
  const { status, stdout } = spawnSync("deno", ["eval", "console.log(Deno.execPath())"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** Deno, on this computer. */
export const deno: string | undefined = findDeno();

/** What is said where it is missing. */
export const withoutDeno: string | false =
  deno === undefined && 'Deno is not on the PATH ("npm install --global deno" brings it)';

/**
 * A file of this program on Deno, with the rights that the program has there.
 *
 * @throws an error that says how to get Deno where it is missing.
 */
export function runOnDeno(file: string): readonly [command: string, ...words: string[]] {
  if (deno === undefined) throw new Error(`${withoutDeno}.`);
  return [deno, ...onDeno, file];
}
