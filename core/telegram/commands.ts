/** A command at the beginning of a message. */
export interface WrittenCommand {
  /** In lower case, without the slash. */
  readonly name: string;
  /** What stands behind it, trimmed. */
  readonly argument: string;
  /** Whether it names a bot: ours, another one, or none. */
  readonly addressed: "us" | "other" | "nobody";
}

/**
 * Reads a command from a message's text.
 *
 * @param username this bot's, for `/command@username`.
 * @returns `undefined` when the text begins with no command.
 */
export function readCommand(text: string, username: string): WrittenCommand | undefined {
  const match = /^\/([a-z0-9_]{1,64})(?:@([a-z0-9_]{1,64}))?(?=\s|$)/i.exec(text);
  if (!match) return undefined;
  const to = match[2]?.toLowerCase();
  return {
    name: (match[1] ?? "").toLowerCase(),
    argument: text.slice(match[0].length).trim(),
    addressed: to === undefined ? "nobody" : to === username.toLowerCase() ? "us" : "other",
  };
}

/** Longest query that is searched for, in UTF-16 code units. */
export const QUERY_LIMIT = 200;

/**
 * Makes a query of what somebody typed: one line, nothing unsendable, no direction overrides.
 *
 * @returns the empty string when nothing visible was typed.
 */
export function cleanQuery(text: string): string {
  const query = text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return /[^\s\p{C}\p{Z}\u2800\u115f\u1160\u3164]/u.test(query) ? query : "";
}
