import { BotError } from "../domain/errors.ts";

/** What gave something, such as `field "year" of source "tv"`, and what was wanted of it. */
interface Wanted {
  readonly what: string;
  readonly wanted: string;
}

/** What a plugin's code gave where something else is wanted. */
export function wrongForm(given: unknown, { what, wanted }: Wanted): BotError {
  // Nobody will look at it any more, so that its rejection would count a second time.
  if (given instanceof Promise) given.catch(() => undefined);
  return new BotError("plugin.failed", `${what} gave ${kindOf(given)}; wanted: ${wanted}.`);
}

/** Throws when something that was given is of a wrong form. */
export type Assert = (given: unknown, what: string) => void;

/** Wants a text. */
export const assertText: Assert = (given, what) => {
  if (typeof given !== "string") throw wrongForm(given, { what, wanted: "text" });
};

/** Wants a text; a number will do, for it can be shown as one. */
export const assertShown: Assert = (given, what) => {
  if (!Number.isFinite(given)) assertText(given, what);
};

/** Wants the same, or nothing. */
export function ifAny(assert: Assert): Assert {
  return (given, what) => {
    if (given !== undefined && given !== null) assert(given, what);
  };
}

/** Names the kind of a value, for a message. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null || Number.isNaN(value)) return String(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
