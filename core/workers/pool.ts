import { availableParallelism } from "node:os";
import { Tinypool } from "tinypool";
import { BotError } from "../domain/errors.ts";
import { isBinary } from "../platform/packaged.ts";
import { runtimeName } from "../platform/runtime.ts";
import type { TaskOptions } from "../plugin/context.ts";
import type { Job, JobResult } from "./entry.ts";
import { post } from "./post.ts";
import type { SharedTexts } from "./shared-texts.ts";

/** Options of {@link createWorkers}. */
export interface WorkersOptions {
  /** Threads at most. Default: one less than the machine's cores, between 1 and 4. */
  readonly threads?: number;
  /** Jobs at most that wait for a thread. Default 256. */
  readonly queue?: number;
  /** Deadline of a job, waiting included, in ms. Default 10,000. */
  readonly timeout?: number;
  /** Heap of one thread at most, in MiB. Default 256. */
  readonly memory?: number;
  /** The module that runs in the threads. Default: `entry.ts` beside this file, or what the executable carries of it. */
  readonly entry?: string | URL;
}

/** Options of one job. */
export interface JobOptions extends TaskOptions {
  /** Tells one load of an external plugin from another: each reads the module's files anew. Absent for the program's own. */
  readonly load?: number | undefined;
  /** What that plugin's files are without their types. */
  readonly texts?: SharedTexts | undefined;
}

/** Functions that run outside the event loop. */
export interface Workers {
  /**
   * Calls the exported function `task` of `module` in a thread. Input and result are structured clones, but for
   * the buffers that `options.transfer` hands over.
   *
   * @param module a `file:` (or `data:`) URL.
   * @throws BotError `worker.timeout`, `worker.crashed`, `worker.overloaded`, `worker.failed`, and `http.aborted`
   * when `signal` aborts.
   * @example
   * await workers.run<Page>(new URL("./tasks.ts", import.meta.url), "parsePage", html, { signal });
   */
  run<T>(module: URL | string, task: string, input: unknown, options?: JobOptions): Promise<T>;
  /** Ends every thread; jobs under way are given up. */
  dispose(): Promise<void>;
}

/** Inside the executable a thread begins with a script that holds `entry.ts` already; this module only gives it out. */
const PACKAGED_ENTRY = 'data:text/javascript,export default globalThis[Symbol.for("dramabot.worker")]';

/** Most memory for what a thread has just made, in MiB: by itself V8 would take up to 128 under load. */
const YOUNG = 4;

/** How long a thread stays without work, in ms. One stays for good. */
const IDLE = 30_000;
/** How long a thread may be about to end, in ms. */
const ENDING = 1_000;
/** A thread that has ended by itself never says so again: the wait for it is bounded, in ms. */
const LONGEST_DISPOSE = 3_000;

/**
 * Makes a pool of threads. It starts with the first job; a job that crashes or never ends costs its
 * thread and nothing else.
 */
export function createWorkers(options: WorkersOptions = {}): Workers {
  const {
    threads = Math.min(Math.max(availableParallelism() - 1, 1), 4),
    queue = 256,
    timeout = 10_000,
    memory = 256,
    entry = isBinary() ? PACKAGED_ENTRY : new URL("./entry.ts", import.meta.url),
  } = options;
  const disposed = new AbortController();
  let pool: Tinypool | undefined;
  let jobs = 0;
  let endedAt = Number.NEGATIVE_INFINITY;

  function start(): Tinypool {
    const started = new Tinypool({
      filename: typeof entry === "string" ? entry : entry.href,
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: IDLE,
      useAtomics: !runtimeName().startsWith("deno"), // tinypool hangs with them there
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG },
    });
    // A thread that fails without a job: its successor is started with the next job.
    started.on("error", () => undefined);
    return started;
  }

  async function run<T>(
    module: URL | string,
    task: string,
    input: unknown,
    { signal, transfer = [], load, texts }: JobOptions = {},
  ): Promise<T> {
    if (signal?.aborted || disposed.signal.aborted) throw givenUp(task, signal?.reason);
    if (jobs >= threads + queue) {
      throw new BotError("worker.overloaded", `${jobs} tasks wait already; "${task}" was not taken.`);
    }
    jobs += 1;
    const end = new AbortController();
    const abort = () => {
      endedAt = performance.now();
      end.abort();
    };
    const timer = setTimeout(abort, timeout);
    signal?.addEventListener("abort", abort, { once: true });
    disposed.signal.addEventListener("abort", abort, { once: true });
    try {
      pool ??= start();
      const href = typeof module === "string" ? module : module.href;
      const external = { ...(load === undefined ? {} : { load }), ...(texts === undefined ? {} : { texts }) };
      const job: Job = { module: href, task, input, ...external };
      // A job that waits for a thread may come to need its input again: nothing of it is handed over.
      const mayWait = jobs > pool.threads.length || performance.now() - endedAt < ENDING;
      const transferList = mayWait ? [] : [...transfer];
      const result = await post(pool, job, { transferList, signal: end.signal });
      if (!result.ok) throw failed(task, result);
      return result.value as T; // the caller knows its own task
    } catch (error) {
      if (error instanceof BotError) throw error;
      if (signal?.aborted || disposed.signal.aborted) throw givenUp(task, signal?.reason);
      if (end.signal.aborted)
        throw new BotError("worker.timeout", `The task "${task}" took longer than ${timeout} ms.`);
      if (error instanceof Error && error.name === "DataCloneError") {
        throw new BotError("worker.failed", `The input of the task "${task}" cannot be cloned.`, { cause: error });
      }
      const why = isOutOfMemory(error) ? `needed more than ${memory} MiB of memory` : "ended its worker";
      throw new BotError("worker.crashed", `The task "${task}" ${why}.`, { cause: error });
    } finally {
      jobs -= 1;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      disposed.signal.removeEventListener("abort", abort);
    }
  }

  async function dispose(): Promise<void> {
    disposed.abort();
    const ended = pool?.destroy();
    pool = undefined;
    if (ended === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LONGEST_DISPOSE);
    await Promise.race([ended, promise]);
    clearTimeout(timer);
  }

  return { run, dispose };
}

function failed(task: string, { name, message, stack }: Extract<JobResult, { ok: false }>): BotError {
  const cause = new Error(message);
  cause.name = name;
  if (stack !== undefined) cause.stack = stack;
  return new BotError("worker.failed", `The task "${task}" failed: ${message}`, { cause });
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function givenUp(task: string, reason: unknown): BotError {
  return new BotError("http.aborted", `The task "${task}" was given up.`, { cause: reason });
}
