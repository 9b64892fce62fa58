import { writeSync } from "node:fs";
import { pino } from "pino";

/** What a stream holds back at most while nobody reads, or the disk is full, in UTF-16 code units; more is dropped. */
const MOST = 16 * 1024 * 1024;

/** A stream of whole lines that never stops the event loop. */
export type LogStream = ReturnType<typeof pino.destination>;

/**
 * Opens stdout or stderr for the log. Lines are written behind, and held back while they cannot be: by a reader that
 * stands still, or on a disk that is full, of which the other of the two streams is told once. They are written when there
 * is room again. Once a reader has gone, lines are dropped.
 *
 * @param descriptor 1 is stdout, 2 stderr.
 */
export function openLogStream(descriptor: 1 | 2): LogStream {
  const stream = pino.destination({ fd: descriptor, sync: false, minLength: 1, maxLength: MOST });
  const { flushSync } = stream;
  let failing = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") {
      stream.write = () => false;
      return;
    }
    if (failing) return;
    failing = true;
    // The stream's own tries for ever at the process's end.
    stream.flushSync = () => undefined;
    tellOther(descriptor, error);
  });
  stream.on("write", () => {
    if (!failing) return;
    failing = false;
    stream.flushSync = flushSync;
  });
  return stream;
}

function tellOther(descriptor: 1 | 2, { code = "unknown" }: NodeJS.ErrnoException): void {
  try {
    writeSync(3 - descriptor, `The log cannot be written (${code}); what is logged is held back, up to 16 MiB.\n`);
  } catch {
    // It leads to the same place, or to nobody.
  }
}
