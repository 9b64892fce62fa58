import { write, writeSync } from "node:fs";

/** What is held back at most while nobody reads, or the disk is full, in UTF-16 code units; more is dropped. */
const MOST = 16 * 1024 * 1024;

/** How much is written by one call at most, in UTF-16 code units: what is under way as the process ends may be lost. */
const CHUNK = 16 * 1024;

/** How long a reader that takes nothing more is left alone, in ms. */
const PAUSE = 100;
/** How long a disk that is full is. */
const LONG_PAUSE = 1_000;

/** How long the process's end waits for such a reader, in ms. */
const PATIENCE = 1_000;

/** A stream of whole lines that never stops the event loop. */
export interface LogStream {
  /** Takes a line with its line feed. It is written behind. */
  write(line: string): void;
  /** Resolves when nothing is held back any more, or when what is cannot be written. */
  flush(): Promise<void>;
  /** Drops what is held back, and whatever comes. */
  end(): void;
}

/**
 * Opens stdout or stderr for the log. Lines are written behind, and held back while they cannot be: by a reader that
 * stands still, or on a disk that is full, which is told once where that is stdout. They are written when there is room
 * again, and at the process's end as far as they can be. Once a reader has gone, lines are dropped.
 *
 * @param descriptor 1 is stdout, 2 stderr.
 */
export function openLogStream(descriptor: 1 | 2): LogStream {
  let held: string[] = [];
  let size = 0;
  /** What is being written, or could not be. */
  let rest: Buffer = Buffer.alloc(0);
  let state: "idle" | "writing" | "paused" | "ended" = "idle";
  /** When the call that is under way began. */
  let begun = 0;
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;

  const settle = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };

  const end = () => {
    state = "ended";
    held = [];
    rest = Buffer.alloc(0);
    process.off("exit", writeLast);
    settle();
  };

  const next = () => {
    clearTimeout(timer);
    if (state === "ended") return;
    if (rest.length === 0) {
      const chunk = takeChunk(held);
      size -= chunk.length;
      rest = Buffer.from(chunk);
    }
    if (rest.length === 0) {
      state = "idle";
      return settle();
    }
    state = "writing";
    begun = performance.now();
    write(descriptor, rest, done);
  };

  const done = (error: NodeJS.ErrnoException | null, written: number) => {
    if (state === "ended") return;
    if (error === null) {
      rest = rest.subarray(written);
      next();
    } else if (isBusy(error)) pause(PAUSE);
    else if (error.code === "EPIPE") end();
    else {
      if (descriptor === 1 && !isTold) tellErrors(error);
      isTold = true;
      settle();
      pause(LONG_PAUSE);
    }
  };

  const pause = (duration: number) => {
    state = "paused";
    timer = setTimeout(next, duration).unref();
  };

  const writeLast = () => {
    const left = Buffer.from(held.join(""));
    if (state !== "writing") writeAtOnce(descriptor, Buffer.concat([rest, left]));
    // What is under way is the system's. A reader that has taken nothing for long takes no more.
    else if (performance.now() - begun < PATIENCE) writeAtOnce(descriptor, left);
  };
  process.on("exit", writeLast);

  return {
    write(line) {
      if (state === "ended" || size + rest.length + line.length > MOST) return;
      held.push(line);
      size += line.length;
      if (state === "idle") next();
    },
    flush() {
      if (state === "ended" || (state === "idle" && held.length === 0)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (state !== "writing") next();
      });
    },
    end,
  };
}

/** Takes as many lines from the front of a list as are written by one call, but at least one. */
function takeChunk(lines: string[]): string {
  let size = 0;
  let count = 0;
  for (const line of lines) {
    size += line.length;
    if (count > 0 && size > CHUNK) break;
    count++;
  }
  return lines.splice(0, count).join("");
}

/** Writes all of it before the process ends, unless it cannot be. */
function writeAtOnce(descriptor: number, text: Buffer): void {
  const late = performance.now() + PATIENCE;
  let left = text;
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(descriptor, left));
    } catch (error) {
      if (!isBusy(error) || performance.now() > late) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EAGAIN" || error.code === "EBUSY");
}

function tellErrors({ code = "unknown" }: NodeJS.ErrnoException): void {
  try {
    writeSync(2, `The log cannot be written (${code}); what is logged is held back, up to 16 MiB.\n`);
  } catch {
    // It leads to the same place, or to nobody.
  }
}
