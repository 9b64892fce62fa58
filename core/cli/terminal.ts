import { stripVTControlCharacters } from "node:util";

/** Text of other people fit for a terminal: nothing in it moves the cursor, rings, or changes the direction of lines. */
export function forTerminal(text: string): string {
  return (
    stripVTControlCharacters(text.toWellFormed())
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "")
  );
}

/** Likewise, on one line. */
export function oneTerminalLine(text: string): string {
  return forTerminal(text.replace(/\s+/g, " ")).trim();
}
