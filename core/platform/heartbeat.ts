import { Worker } from "node:worker_threads";

export interface HeartbeatOptions {
  /** How long the event loop may stand still, in ms; 0 switches the watch off. */
  readonly limit: number;
  /** Whether the last line is a log record in JSON, else a line for people. */
  readonly json: boolean;
  /** Where it is written: 1 is stdout, 2 stderr. */
  readonly descriptor: 1 | 2;
  /**
   * What is said then; `{time}` and `{place}` stand for how long it stood still, such as `10 s`, and for the file and
   * line that ran, such as `plugins/hello.ts:7`, or something in the program where that is not known.
   */
  readonly message?: string;
  /**
   * A file to which a line of JSON is added then, where it is known what ran: `at` (ms since 1970), `duration` (s),
   * `file` (absolute) and `line`.
   */
  readonly notes?: string | undefined;
}

/** What stands in the memory that both threads see. */
const BEATS = 0;
const DEBUGGED = 1;
/** A third is what the watcher sleeps at; nothing is ever written there. */
const CELLS = 3;

const MESSAGE =
  "The event loop stood still for {time}: {place} never came to its end. The process is ended so that it can be started anew.";

interface WatcherData extends HeartbeatOptions {
  readonly message: string;
  readonly shared: SharedArrayBuffer;
  readonly every: number;
  /** Working folder, as a URL: files beneath it are named by their path in it. */
  readonly cwd: string;
  /** Folder of the program's own modules, as a URL: what they call is nearer to the cause than they are. */
  readonly own: string;
}

/** One of the calls that run, innermost first; lines begin with 0. */
interface Frame {
  readonly location: { readonly scriptId: string; readonly lineNumber: number };
}

/** What ran. */
interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  /** The file as the operator writes it. */
  readonly shown: string;
}

/** As much of the inspector as is used. */
interface Inspector {
  url?(): string | undefined;
}

/**
 * Ends the process, by SIGKILL, when its event loop has stood still for some time, so that a supervisor starts it anew
 * and the journal blames the update that did it. Such a loop runs no code of the main thread any more, so the watch
 * is kept by a thread of its own, which sleeps in between. Where the runtime lets it look, it says which line ran.
 *
 * A machine that slept, and a process that was stopped or stands in a debugger, are no reason: when the watcher did
 * not run either, it begins to count anew.
 *
 * It lasts until the process ends, which it does not keep from its end: what plugins leave running may loop last of all.
 *
 * @example
 * startHeartbeat({ limit: 10_000, json: true, descriptor: 1 });
 */
export function startHeartbeat(options: HeartbeatOptions): void {
  const { limit } = options;
  if (limit <= 0) return;
  const every = Math.min(1_000, limit / 10);
  const shared = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(shared);
  const inspector = process.getBuiltinModule?.("node:inspector") as Inspector | undefined; // other runtimes have less
  const beat = () => {
    Atomics.store(cells, DEBUGGED, inspector?.url?.() === undefined ? 0 : 1);
    Atomics.add(cells, BEATS, 1);
  };
  const timer = setInterval(beat, every).unref();
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  const workerData: WatcherData = {
    message: MESSAGE,
    ...options,
    shared,
    every,
    cwd: `${pathToFileURL(process.cwd()).href}/`,
    own: import.meta.url.replace(/platform\/[^/]*$/, ""),
  };
  // A text, for inside the executable there is no file to start a thread from. It is given nothing: no environment.
  const watcher = new Worker(`(${watch.toString()})()`, { eval: true, workerData, env: {}, execArgv: [] });
  watcher.unref();
  watcher.on("error", () => clearInterval(timer)); // without a watcher the bot runs as well
}

/** The watcher; it stands alone in its thread, and knows nothing of this module. */
function watch(): void {
  const { constants, openSync, writeFileSync, writeSync } = process.getBuiltinModule("node:fs");
  const { fileURLToPath } = process.getBuiltinModule("node:url");
  const threads = process.getBuiltinModule("node:worker_threads");
  const { shared, every, limit, json, descriptor, notes, cwd, own, ...rest } = threads.workerData as WatcherData; // given above
  const [beatsCell, debuggedCell, bed] = [0, 1, 2] as const;
  /** How long the line that runs is looked for, in ms: native code, such as a read, does not let one look. */
  const patience = 2_000;
  const cells = new Int32Array(shared);
  let beats = Atomics.load(cells, beatsCell);
  let turn = performance.now();
  let since = turn;

  const end = (duration: number, stood?: Place) => {
    const place = stood && `${stood.shown}:${stood.line}`;
    const message = rest.message
      .replace("{time}", `${Number(duration.toFixed(1))} s`)
      .replace("{place}", place ?? "something in the program, likely a plugin,");
    const record = { level: "ERROR", timestamp: new Date().toISOString(), logger: "heartbeat" };
    const fields = { correlation_id: null, user_id: null, duration, message, ...(place ? { place } : {}) };
    try {
      writeSync(descriptor, `${json ? JSON.stringify({ ...record, ...fields }) : message}\n`);
    } catch {
      // Nobody reads, or the pipe is full: that must not keep the process alive.
    }
    try {
      const note = stood && { at: Date.now(), duration, file: stood.file, line: stood.line };
      // A pipe that nobody reads would be waited for.
      const append = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);
      if (note && notes !== undefined) writeFileSync(openSync(notes, append, 0o600), `${JSON.stringify(note)}\n`);
    } catch {
      // The folder is full or gone: it is counted less.
    }
    process.kill(process.pid, "SIGKILL");
  };

  /** File and line of the innermost frame that is a plugin's, else of any file. */
  const placeOf = (frames: readonly Frame[], scripts: ReadonlyMap<string, string>): Place | undefined => {
    const inFiles = frames.flatMap(({ location: { scriptId, lineNumber } }) => {
      const url = (scripts.get(scriptId) ?? "").replace(/[?#].*$/, "");
      return url.startsWith("file:") ? [{ url, line: lineNumber + 1 }] : [];
    });
    const frame = inFiles.find(({ url }) => !url.startsWith(own)) ?? inFiles[0];
    if (frame === undefined) return undefined;
    const { url, line } = frame;
    const file = fileURLToPath(url);
    return { file, line, shown: url.startsWith(cwd) ? decodeURIComponent(url.slice(cwd.length)) : file };
  };

  const lookAndEnd = (duration: number) => {
    setTimeout(() => end(duration), patience);
    try {
      const { Session } = process.getBuiltinModule("node:inspector");
      const session = new Session();
      session.connectToMainThread();
      // Frames do not say it themselves.
      const scripts = new Map<string, string>();
      session.on("Debugger.scriptParsed", ({ params }) => void scripts.set(params.scriptId, params.url));
      session.on("Debugger.paused", ({ params }) => {
        const place = placeOf(params.callFrames, scripts);
        // Within the runtime's own code: a line of a file may come.
        if (place === undefined) session.post("Debugger.stepOut");
        else end(duration, place);
      });
      session.post("Debugger.enable");
      session.post("Debugger.pause");
    } catch {
      end(duration); // this runtime has no such thing
    }
  };

  while (Atomics.wait(cells, bed, 0, every) === "timed-out") {
    const now = performance.now();
    const last = Atomics.load(cells, beatsCell);
    // A turn that took much longer than it should: the whole process, or the machine, stood still.
    const slept = now - turn > every * 3 + 100;
    turn = now;
    if (last !== beats || slept || Atomics.load(cells, debuggedCell) === 1) {
      beats = last;
      since = now;
    } else if (now - since >= limit) {
      lookAndEnd(Math.round(now - since) / 1000);
      return;
    }
  }
}
