import { fileURLToPath } from "node:url";
import type { SharedTexts } from "./shared-texts.ts";

/** One job as `pool.ts` sends it. */
export interface Job {
  /** URL of the module with the task. */
  readonly module: string;
  /** Name of the exported function. */
  readonly task: string;
  readonly input: unknown;
  /** Which load of an external plugin asks: each reads the module's files anew. Without it the module is the program's. */
  readonly load?: number;
  /** What its files are without their types. */
  readonly texts?: SharedTexts;
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
function packaged(module: string): Tasks | undefined {
  const carried = globalThis as { [key: symbol]: Readonly<Record<string, Tasks>> | undefined };
  return carried[Symbol.for("dramabot.tasks")]?.[module];
}

type Tasks = Readonly<Record<string, unknown>>;

const modules = new Map<string, Promise<Tasks>>();

async function importTasks({ module, load, texts }: Job): Promise<Tasks> {
  if (load === undefined) return packaged(module) ?? ((await import(module)) as Tasks); // a module's namespace
  const external = await import("./external-tasks.ts");
  return external.importTasks(fileURLToPath(module), texts);
}

/**
 * What cannot be cloned would end the thread without a word, only after this module has let go of it. The program's own
 * tasks give what can.
 */
function mustClone(result: unknown): void {
  try {
    structuredClone(result);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(`its result cannot be handed over (${why}); a task gives plain data`, { cause: error });
  }
}

/**
 * Runs one job in a worker. The module is imported once per worker and load; an import that failed is tried again.
 */
export default async function run(job: Job): Promise<JobResult> {
  const { module, task, input, load } = job;
  try {
    const key = load === undefined ? module : `${load} ${module}`;
    let loading = modules.get(key);
    if (loading === undefined) {
      loading = importTasks(job);
      modules.set(key, loading);
      loading.catch(() => modules.delete(key));
    }
    const call = (await loading)[task];
    if (typeof call !== "function") throw new TypeError(`The tasks module exports no function "${task}".`);
    const value: unknown = await call(input);
    if (load !== undefined) mustClone(value);
    return { ok: true, value };
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
