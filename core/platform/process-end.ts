/** As much of Deno's namespace as is used. */
interface DenoNamespace {
  exit(code?: number): never;
}

/**
 * Calls a listener once while the process ends, by itself or because some code in it says so; `process.exitCode`, set
 * there, is the status. Signals are not seen.
 *
 * @param listener is given an error whose stack shows the code that ended it, if any did.
 */
export function onProcessEnd(listener: (where: Error) => void): void {
  let ending = false;
  process.once("exit", () => {
    ending = true;
    listener(new Error("The process ends."));
  });
  const { Deno: deno } = globalThis as { readonly Deno?: DenoNamespace }; // Node has none
  if (deno === undefined) return;
  // Deno's own way out tells nobody; `process.exit` takes it last of all.
  const exit = deno.exit.bind(deno);
  deno.exit = (code) => (ending ? exit(code) : process.exit(code));
}
