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

/** What the system says of an address that it can never listen on. One that is not there may come, as a network's does after a boot. */
const NO_ADDRESS: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAFNOSUPPORT", "EINVAL"]);

/**
 * What to throw when nothing could listen: the error itself, unless it is the address that is wrong. That a port is taken,
 * or that this machine has not got the address, may be over after a restart, and is none of the configuration.
 *
 * @param setting what the address was set with, such as `HOST`.
 */
export function listenError(
  error: unknown,
  { setting, host }: { readonly setting: string; readonly host: string },
): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // Four numbers that are no address are asked a name server for, which may be away; they are no name either.
  const isNumeric = code === "EAI_AGAIN" && /^[\d.]+$/.test(host);
  if (!NO_ADDRESS.has(code) && !isNumeric) return error;
  const wanted = "wanted: an address of this machine to listen on, such as 127.0.0.1 or 0.0.0.0";
  const problem = `${setting} holds ${JSON.stringify(host)}; ${wanted} (${String(code)})`;
  return Object.assign(invalidConfiguration([problem]), { cause: error });
}
