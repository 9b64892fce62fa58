import type { Tinypool } from "tinypool";
import type { Job, JobResult } from "./entry.ts";

/** How often a job is given to a thread at most. */
const ATTEMPTS = 3;

export interface PostOptions {
  /** What is handed over. A job that hands something over is given once, for it is gone then. */
  readonly transferList: ArrayBuffer[];
  /** Ends the job, and its thread. */
  readonly signal: AbortSignal;
}

/**
 * Gives a job to a thread. One that waits may come to a thread that is being ended for the job before it, when that one's
 * result came at that very moment (tinypool 2.2): it is lost with the thread, through no fault of its own, and is given to
 * another one.
 *
 * @throws whatever the pool does.
 */
export async function post(pool: Tinypool, job: Job, { transferList, signal }: PostOptions): Promise<JobResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await pool.run(job, { signal, transferList })) as JobResult; // what entry.ts returns
    } catch (error) {
      if (transferList.length > 0 || attempt === ATTEMPTS || signal.aborted || !isLost(error)) throw error;
    }
  }
}

/** What tinypool says of every job of a thread that it ended. */
function isLost(error: unknown): boolean {
  return error instanceof Error && error.message === "Terminating worker thread";
}
