import { BotError } from "../domain/errors.ts";

/**
 * Makes the error that tells every problem, one a line.
 *
 * @param remarks what was passed over, which may be where the problems come from; told behind them, and not counted.
 */
export function invalidConfiguration(problems: readonly string[], remarks: readonly string[] = []): BotError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const lines = (all: readonly string[]) => all.map((one) => `\n  ${one}`).join("");
  const besides = remarks.length === 0 ? "" : `\nBesides:${lines(remarks)}`;
  return new BotError("config.invalid", `The configuration has ${count}:${lines(problems)}${besides}`);
}

/** What the system says of what is no address at all. */
const NO_ADDRESS: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAFNOSUPPORT", "EINVAL"]);
/** What is meant for an address and no name: that of one may be known later, as after a boot. */
const MEANT_FOR_ADDRESS = /^[\d.]+$|:/;

/**
 * What to throw when nothing could listen: the error itself, unless it is the address that is wrong. That a port is taken,
 * or that the address or the name is not there, may be over after a restart, and is none of the configuration.
 *
 * @param setting what the address was set with, such as `HOST`.
 */
export function listenError(
  error: unknown,
  { setting, host }: { readonly setting: string; readonly host: string },
): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!NO_ADDRESS.has(code) || !MEANT_FOR_ADDRESS.test(host)) return error;
  const wanted = "wanted: an address of this machine to listen on, such as 127.0.0.1 or 0.0.0.0";
  const problem = `${setting} holds ${JSON.stringify(host)}; ${wanted} (${String(code)})`;
  return Object.assign(invalidConfiguration([problem]), { cause: error });
}
