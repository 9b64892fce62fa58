import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { BotError } from "../domain/errors.ts";
import { oneTerminalLine } from "./terminal.ts";

/** Somebody at a terminal. */
export interface Prompt {
  /**
   * Asks, and resolves to the line that was typed.
   *
   * @throws BotError `init.refused` when the terminal is closed, or Ctrl+C or Ctrl+D is pressed.
   */
  ask(question: string, options: { readonly secret: boolean }): Promise<string>;
  say(text: string): void;
  close(): void;
}

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Opens a prompt; `undefined` when nobody sits at a terminal. What is typed as a secret is not shown. */
export function openPrompt(
  { input, output }: PromptStreams = { input: process.stdin, output: process.stderr },
): Prompt | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  let hidden = false;
  const shown = new Writable({
    write(piece, encoding, done) {
      if (!hidden) output.write(piece, encoding);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  const closed = new Promise<never>((_, reject) => {
    lines.once("close", () => reject(new BotError("init.refused", "Nothing was written, for nobody answered.")));
  });
  closed.catch(() => undefined); // it is closed at the end in any case

  return {
    async ask(question, { secret }) {
      try {
        return await Promise.race([
          closed,
          new Promise<string>((resolve) => {
            lines.question(question, resolve);
            hidden = secret; // once the question itself is shown
          }),
        ]);
      } finally {
        if (hidden) output.write("\n");
        hidden = false;
      }
    },
    say: (text) => void output.write(`${oneTerminalLine(text)}\n`),
    close: () => lines.close(),
  };
}
