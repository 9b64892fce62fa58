import { syncBuiltinESMExports } from "node:module";

/** As much of Deno's namespace as is used. */
interface DenoNamespace {
  exit(code?: number): never;
}

/** What `process.exit` ends with in every runtime. */
interface LastCall {
  reallyExit(status?: number): never;
}

const exit = process.exit.bind(process);
/** Whether some code has called `process.exit`. */
let called = false;
let tellHeld: ((where: Error) => void) | undefined;

/** Whether the process was told to end, and does not end because nothing is left to do. */
export function isToldToEnd(): boolean {
  return called;
}

/** Takes the place of `process.exit`, also, on Node, for modules that import it by its name. */
function takeExit(): void {
  if (process.exit === exitUnlessHeld) return;
  process.exit = exitUnlessHeld;
  syncBuiltinESMExports();
}

const exitUnlessHeld = ((...given) => {
  // Its callers believe that it never returns; an error in its place would be one that nobody catches.
  if (tellHeld !== undefined) return tellHeld(new Error("process.exit() was called."));
  called = true;
  return exit(...given); // one that is given as `undefined` would take `process.exitCode` away
}) as typeof process.exit;

/**
 * Calls a function once while the process ends, by itself or because some code in it says so. The status that it leaves
 * in `process.exitCode` is the last word: what other listeners of `exit` set, or exit with, changes nothing any more.
 * Signals are not seen.
 *
 * @param listener is given an error whose stack shows the code that ended it, if any did.
 */
export function onProcessEnd(listener: (where: Error) => void): void {
  let decided: { readonly status: typeof process.exitCode } | undefined;
  const decide = () => {
    if (decided !== undefined) return;
    decided = { status: process.exitCode };
    listener(new Error("The process ends."));
    decided = { status: process.exitCode };
  };
  takeExit();
  // Not a listener of `exit`: that could be taken away, and others come after it.
  const emit = process.emit as (...words: readonly unknown[]) => boolean;
  const decidesFirst = (...words: readonly unknown[]): boolean => {
    const isEnd = words[0] === "exit";
    if (isEnd) decide();
    try {
      return Reflect.apply(emit, process, words);
    } finally {
      if (isEnd && decided !== undefined) process.exitCode = decided.status;
    }
  };
  process.emit = decidesFirst as typeof process.emit;
  const last = process as unknown as LastCall;
  const reallyExit = last.reallyExit;
  last.reallyExit = (status) => {
    if (decided === undefined) {
      called = true; // without process.exit
      process.exitCode = status;
      decide();
    }
    return Reflect.apply(reallyExit, process, [Number(decided?.status ?? 0)]) as never;
  };
  const { Deno: deno } = globalThis as { readonly Deno?: DenoNamespace }; // Node has none
  if (deno === undefined) return;
  // Deno's own way out tells nobody; `process.exit` takes it last of all.
  const denoExit = deno.exit.bind(deno);
  deno.exit = (code) => (decided === undefined ? exitWith(code) : denoExit(Number(decided.status ?? 0)));
}

/**
 * Keeps `process.exit()` from ending the process, until it is disposed of; {@link endProcess} still does.
 *
 * @param tell is given an error whose stack shows the code that called it.
 */
export function holdExits(tell: (where: Error) => void): Disposable {
  takeExit();
  tellHeld = tell;
  return {
    [Symbol.dispose]() {
      tellHeld = undefined;
    },
  };
}

const exitWith = (code: number | undefined) => (code === undefined ? process.exit() : process.exit(code));

/** Ends the process, also while others may not. */
export function endProcess(status: number): never {
  called = true;
  return exit(status);
}
