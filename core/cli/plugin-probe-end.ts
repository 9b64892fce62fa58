import { line, lineOf } from "../plugin/loader/explain.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";

/** How a process that tried a plugin ended, before it was through. */
export interface ProbeEnd {
  /** Whether it was ended, for its time was over. */
  readonly late: boolean;
  /** Its status, why it could not begin, or `null` after a signal. */
  readonly status: number | string | null;
  /** Time it had, in ms. */
  readonly deadline: number;
  /** Whether the plugin was loaded, so that `setup` did it. */
  readonly loaded: boolean;
}

/** A loop that looks endless, a wait at the top, and what ends a process. */
const LOOP = /\bwhile\s*\(\s*(?:true|1)\s*\)|\bfor\s*\(\s*;[^;]*;\s*\)/;
const WAIT = /^\s*(?:(?:export\s+)?(?:const|let|var)\s.*=\s*)?await\b/;
const EXIT = /\bprocess\.(?:exit|abort|kill)\b|\bDeno\.exit\b/;
const SETUP = /\bsetup\b\s*[(:=]/;

/** Says in one line, with file, line and what to do, why a plugin never came to its end where it was tried. */
export function explainProbe(
  file: string,
  { host, end }: { readonly host: Pick<LoaderHost, "read" | "shown">; readonly end: ProbeEnd },
): string {
  const { late, status, deadline, loaded } = end;
  const text = host.read(file);
  const how = `(${typeof status === "number" ? `status ${status}` : (status ?? "a signal")})`;
  const told = (at: number | undefined, what: string, todo: string) => line(host, { file, line: at }, what, todo);
  if (loaded) {
    const begin = lineOf(text, (one) => SETUP.test(one)) ?? 1;
    return late
      ? told(
          lineFrom(text, begin, LOOP),
          `setup() held everything up for ${deadline / 1000} s`,
          "Look for a loop in it that never ends",
        )
      : told(lineFrom(text, begin, EXIT), `setup() ended the process ${how}`, "A plugin must not end the program");
  }
  const loop = lineFrom(text, 1, LOOP);
  const wait = lineFrom(text, 1, WAIT);
  const exit = lineFrom(text, 1, EXIT);
  if (late && (loop !== undefined || wait === undefined)) {
    const what = `it did not finish loading within ${deadline / 1000} s`;
    return told(loop, what, "Look for a loop that never ends outside of setup()");
  }
  // Node ends by itself then; Deno waits.
  if ((late || status === 0 || status === 13) && wait !== undefined && exit === undefined)
    return told(wait, "it waits at the top for something that never comes", "Wait in setup() instead");
  return told(exit, `it ended the process while it was loaded ${how}`, "A plugin must not end the program");
}

/** The first line from one on, beginning with 1, that a pattern matches. */
function lineFrom(text: string | undefined, begin: number, pattern: RegExp): number | undefined {
  const rest = text
    ?.split("\n")
    .slice(begin - 1)
    .join("\n");
  const at = lineOf(rest, (one) => pattern.test(one));
  return at === undefined ? undefined : at + begin - 1;
}
