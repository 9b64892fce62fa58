import { line, lineOf } from "../../plugin/loader/explain.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";
import { SETUP } from "../../plugin/loader/load.ts";

/** How a process that tried a plugin ended, before it was through. */
export interface ProbeEnd {
  /** Whether it was ended, for its time was over. */
  readonly late: boolean;
  /** Its status, why it could not begin, or `null` after a signal. */
  readonly status: number | string | null;
  /** Time it had, in ms. */
  readonly deadline: number;
  /** Whether it came to the plugin at all. */
  readonly ready: boolean;
  /** Whether the plugin was loaded, so that `setup` did it. */
  readonly loaded: boolean;
  /** What held it up, when it ended itself for that. */
  readonly stall?: Stall | undefined;
  /** What was tried; only a plugin has a `setup`. */
  readonly kind: ProbeKind | "tasks";
}

/** What is tried in a process of its own. */
export type ProbeKind = "plugin" | "configuration";

/** An event loop that stood still. */
export interface Stall {
  /** How long, in s. */
  readonly duration: number;
  /** File and line that ran, as the operator writes them, where that is known. */
  readonly place?: string | undefined;
}

/** A loop that looks endless, such as one that does nothing in between, a wait at the top, and what ends a process. */
const LOOP = /\bwhile\s*\(\s*(?:true|1)\s*\)|\bwhile\s*\(.*\)\s*;|\bdo\s*\{|\bfor\s*\(\s*;[^;]*;\s*\)/;
const WAIT = /^\s*(?:(?:export\s+)?(?:const|let|var)\s.*=\s*)?await\b/;
/** What to do about a wait at the top. */
const INSTEAD = { plugin: "Wait in setup() instead", tasks: "Wait in the task instead", configuration: "Take it out" };
/** What makes a module a thing to wait for, which never comes unless the function says so. */
const THEN =
  /^\s*export\s+(?:(?:async\s+)?function\s*\*?|const|let|var|class)\s+then\b|^\s*export\s*\{[^}]*\bthen\s*[,}]/;
const EXIT = /\bprocess\.(?:exit|abort|kill)\b|\bDeno\.exit\b/;

/** Says in one line, with file, line and what to do, why a file never came to its end where it was tried. */
export function explainProbe(
  file: string,
  { host, end }: { readonly host: Pick<LoaderHost, "read" | "shown">; readonly end: ProbeEnd },
): string {
  const { late, status, deadline, ready, loaded, stall, kind } = end;
  const text = host.read(file);
  const how = `(${status === null ? "a signal" : `status ${status}`})`;
  const told = (at: number | undefined, what: string, todo: string) => line(host, { file, line: at }, what, todo);
  const begin = (loaded ? lineOf(text, (one) => SETUP.test(one)) : undefined) ?? 1;
  if (typeof status === "string") {
    const todo = "Look whether the program's file is still in its place, then try again";
    return told(undefined, `it could not be tried, for no process could be started (${status})`, todo);
  }
  if (!ready) {
    const what = `it could not be tried, for the process that tries it ${late ? "was not ready in time" : `ended before it was ready ${how}`}`;
    return told(undefined, what, "The machine may be too busy, or short of memory; the next look tries it again");
  }
  if (stall !== undefined) {
    const what = `${loaded ? "setup()" : "it"} held everything up for ${Math.round(stall.duration)} s`;
    const todo = "Look for a loop there that never ends";
    if (stall.place !== undefined) return `${stall.place}: ${what}. ${todo}.`;
    // A runtime that does not say what ran: a loop that looks endless is the likeliest.
    return told(lineFrom(text, begin, LOOP), what, todo);
  }
  const mayNotEnd =
    kind === "configuration" ? "A configuration must not end the program" : "A plugin must not end the program";
  if (loaded) {
    return late
      ? told(
          lineFrom(text, begin, LOOP),
          `setup() held everything up for ${deadline / 1000} s`,
          "Look for a loop in it that never ends",
        )
      : told(lineFrom(text, begin, EXIT), `setup() ended the process ${how}`, mayNotEnd);
  }
  const loop = lineFrom(text, 1, LOOP);
  const wait = lineFrom(text, 1, WAIT);
  const exit = lineFrom(text, 1, EXIT);
  if (late && (loop !== undefined || wait === undefined)) {
    const what = `it did not finish loading within ${deadline / 1000} s`;
    return told(loop, what, `Look for a loop that never ends${kind === "plugin" ? " outside of setup()" : ""}`);
  }
  const then = lineFrom(text, 1, THEN);
  if ((late || status === 0 || status === 13) && then !== undefined && exit === undefined)
    return told(
      then,
      'what is exported as "then" runs when the module is imported, which waits for it',
      "Call it otherwise",
    );
  // Node ends by itself then; Deno waits.
  if ((late || status === 0 || status === 13) && wait !== undefined && exit === undefined)
    return told(wait, "it waits at the top for something that never comes", INSTEAD[kind]);
  return told(exit, `it ended the process while it was loaded ${how}`, mayNotEnd);
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
