/** What went wrong, of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return text.replace(/\s+/g, " ").trim() || "no reason was given";
  } catch {
    return "something that cannot be shown was thrown"; // such as an object without a prototype
  }
}
