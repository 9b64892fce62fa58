/** One job as `pool.ts` sends it. */
export interface Job {
  /** URL of the module with the task. */
  readonly module: string;
  /** Name of the exported function. */
  readonly task: string;
  readonly input: unknown;
}

/** A job's outcome. Errors are sent as data: not every error object survives a structured clone. */
export type JobResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly name: string; readonly message: string; readonly stack: string | undefined };

// Ending a worker from inside would leave the job, and the pool's own dispose, waiting. The runtime itself
// ends it this way after an uncaught error.
const exit = process.exit;
process.exit = (): never => {
  throw new Error("A task may not call process.exit().");
};
process.once("uncaughtExceptionMonitor", () => {
  process.exit = exit;
});

/** A task module that the executable's worker script carries, by its URL; the build puts them there. */
function packaged(module: string): Record<string, unknown> | undefined {
  const carried = globalThis as { [key: symbol]: Readonly<Record<string, Record<string, unknown>>> | undefined };
  return carried[Symbol.for("dramabot.tasks")]?.[module];
}

const modules = new Map<string, Promise<Record<string, unknown>>>();

/**
 * Runs one job in a worker. The module is imported once per worker; an import that failed is tried again.
 */
export default async function run({ module, task, input }: Job): Promise<JobResult> {
  try {
    let loading = modules.get(module);
    if (loading === undefined) {
      const here = packaged(module);
      loading = here ? Promise.resolve(here) : (import(module) as Promise<Record<string, unknown>>); // a module namespace
      modules.set(module, loading);
      loading.catch(() => modules.delete(module));
    }
    const call = (await loading)[task];
    if (typeof call !== "function") throw new TypeError(`The tasks module exports no function "${task}".`);
    return { ok: true, value: await call(input) };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return {
      ok: false,
      name: String(name),
      message: String(message),
      stack: stack === undefined ? stack : String(stack),
    };
  }
}
