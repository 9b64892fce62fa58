import { describeFailure, systemCode } from "./failure.ts";

/** What is done about an error of an output. */
export interface OutputErrorOptions {
  /** Told, once, in one line with its line feed, what keeps the output from being written. */
  tell(line: string): void;
}

/**
 * Looks after a stream that is printed to: whoever reads it may go away, as `dramabot config | head -0` does, and the
 * program ends quietly then. What else keeps it from being written, such as a full disk, is told, and the status is 1.
 */
export function watchOutput(stream: NodeJS.EventEmitter, { tell }: OutputErrorOptions): void {
  let told = false;
  stream.on("error", (error: Error) => {
    const code = systemCode(error) ?? ("code" in error ? error.code : undefined);
    if (code === "EPIPE") return;
    process.exitCode ||= 1;
    if (told) return;
    told = true;
    const what = error.message.replace(/^[A-Z]+: |, write$| \(os error \d+\)$/g, "");
    const named = new Error(`the output cannot be written: ${what}`, { cause: error });
    if (code !== undefined) Object.assign(named, { code, syscall: "write" });
    tell(describeFailure(named, { stack: false }).text);
  });
}
