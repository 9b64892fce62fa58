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
