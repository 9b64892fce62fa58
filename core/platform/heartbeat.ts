import { Worker } from "node:worker_threads";

/** Watches the event loop from outside. */
export interface Heartbeat extends Disposable {
  /** Ends the watch; the process is left alone from then on. */
  [Symbol.dispose](): void;
}

export interface HeartbeatOptions {
  /** How long the event loop may stand still, in ms; 0 switches the watch off. */
  readonly limit: number;
  /** Whether the last line is a log record in JSON, else a line for people. */
  readonly json: boolean;
  /** Where it is written: 1 is stdout, 2 stderr. */
  readonly descriptor: 1 | 2;
}

/** What stands in the memory that both threads see. */
const BEATS = 0;
const ENDED = 1;
const DEBUGGED = 2;
const CELLS = 3;

interface WatcherData extends HeartbeatOptions {
  readonly shared: SharedArrayBuffer;
  readonly every: number;
}

/** As much of the inspector as is used. */
interface Inspector {
  url?(): string | undefined;
}

/**
 * Ends the process, by SIGKILL, when its event loop has stood still for some time, so that a supervisor starts it anew
 * and the journal blames the update that did it. Such a loop runs no code of the main thread any more, so the watch
 * is kept by a thread of its own, which sleeps in between.
 *
 * A machine that slept, and a process that was stopped or stands in a debugger, are no reason: when the watcher did
 * not run either, it begins to count anew.
 *
 * @example
 * using heartbeat = startHeartbeat({ limit: 10_000, json: true, descriptor: 1 });
 */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { limit } = options;
  if (limit <= 0) return { [Symbol.dispose]: () => undefined };
  const every = Math.min(1_000, limit / 10);
  const shared = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(shared);
  const inspector = process.getBuiltinModule?.("node:inspector") as Inspector | undefined; // other runtimes have less
  const beat = () => {
    Atomics.store(cells, DEBUGGED, inspector?.url?.() === undefined ? 0 : 1);
    Atomics.add(cells, BEATS, 1);
  };
  const timer = setInterval(beat, every).unref();
  const workerData: WatcherData = { ...options, shared, every };
  // A text, for inside the executable there is no file to start a thread from. It is given nothing: no environment.
  const watcher = new Worker(`(${watch.toString()})()`, { eval: true, workerData, env: {}, execArgv: [] });
  watcher.unref();
  watcher.on("error", () => clearInterval(timer)); // without a watcher the bot runs as well
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      Atomics.store(cells, ENDED, 1);
      Atomics.notify(cells, ENDED);
    },
  };
}

/** The watcher; it stands alone in its thread, and knows nothing of this module. */
function watch(): void {
  const { writeSync } = process.getBuiltinModule("node:fs");
  const threads = process.getBuiltinModule("node:worker_threads");
  const { shared, every, limit, json, descriptor } = threads.workerData as WatcherData; // given above
  const [beatsCell, endedCell, debuggedCell] = [0, 1, 2] as const;
  const cells = new Int32Array(shared);
  let beats = Atomics.load(cells, beatsCell);
  let turn = performance.now();
  let since = turn;

  const tell = (duration: number) => {
    const message = `The event loop stood still for ${duration} s: something in the program, likely a plugin, never came to its end. The process is ended so that it can be started anew.`;
    const record = { level: "ERROR", timestamp: new Date().toISOString(), logger: "heartbeat" };
    const rest = { correlation_id: null, user_id: null, duration, message };
    try {
      writeSync(descriptor, `${json ? JSON.stringify({ ...record, ...rest }) : message}\n`);
    } catch {
      // Nobody reads, or the pipe is full: that must not keep the process alive.
    }
  };

  while (Atomics.wait(cells, endedCell, 0, every) === "timed-out") {
    const now = performance.now();
    const last = Atomics.load(cells, beatsCell);
    // A turn that took much longer than it should: the whole process, or the machine, stood still.
    const slept = now - turn > every * 3 + 100;
    turn = now;
    if (last !== beats || slept || Atomics.load(cells, debuggedCell) === 1) {
      beats = last;
      since = now;
    } else if (now - since >= limit) {
      tell(Math.round(now - since) / 1000);
      process.kill(process.pid, "SIGKILL");
    }
  }
}
