/** Longest text that is shown, in UTF-16 code units. */
const LONGEST = 60;

/** Shows what stands where something else is wanted, short enough for a message of one line. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (typeof value !== "string") return `of type ${Array.isArray(value) ? "list" : typeof value}`;
  if (value.length <= LONGEST) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, LONGEST).toWellFormed())}… (${value.length} characters)`;
}
