import { reasonOf } from "./reason.ts";
import { shownValue } from "./shown-value.ts";

/** Most causes that are looked at. */
const DEEPEST = 8;

/**
 * What a plugin threw, fit to be looked at: its code may throw anything, also what throws once more when its message, its
 * stack or its class is read.
 *
 * @returns what was thrown, or in the place of such a thing an error that tells of it.
 */
export function soundly(thrown: unknown): unknown {
  if (isSound(thrown)) return thrown;
  const error = new Error(reasonOf(thrown));
  const stack = stackOf(thrown);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/**
 * An error that says what was thrown, where that is none: `throw null` tells nobody anything.
 *
 * @param thrown fit to be looked at, see {@link soundly}.
 */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const isObject = typeof thrown === "object" && thrown !== null;
  const what = isObject ? "an object that is no error" : shownValue(thrown);
  const error = new Error(`${what} was thrown`, isObject ? { cause: thrown } : {});
  delete error.stack; // it would tell of this line
  return error;
}

/** The stack of anything that was thrown, `undefined` where there is none that is a text. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
    return typeof stack === "string" ? stack : undefined; // `Error.prepareStackTrace` may make something else of it
  } catch {
    return undefined; // something that is no good even for that
  }
}

function isSound(thrown: unknown): boolean {
  try {
    for (let at = thrown, depth = 0; at instanceof Error && depth < DEEPEST; at = at.cause, depth++) {
      const { name, message } = at;
      if (typeof name !== "string" || typeof message !== "string") return false;
      void ("code" in at && at.code); // its stack is left to {@link stackOf}: to make one takes time
    }
    return true;
  } catch {
    return false;
  }
}
