import { BotError } from "../domain/errors.ts";

/**
 * Makes the error that tells every problem, one a line.
 *
 * @param remarks what was passed over, which may be where the problems come from.
 */
export function invalidConfiguration(problems: readonly string[], remarks: readonly string[] = []): BotError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new BotError("config.invalid", `The configuration has ${count}:\n  ${[...problems, ...remarks].join("\n  ")}`);
}
