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

/**
 * Lets the program end quietly when whoever reads its output goes away, as `dramabot config | head -0` does.
 * Other errors of the streams are thrown.
 */
export function forgiveClosedPipes(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: Error & { code?: unknown }) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
