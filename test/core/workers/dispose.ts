/** A program of its own: it must end by itself once its workers are disposed. */
import { errorCode } from "../../../core/domain/errors.ts";
import { createWorkers } from "../../../core/workers/pool.ts";

const tasks = new URL("./tasks.ts", import.meta.url);
const { signal } = new AbortController();
const workers = createWorkers({ threads: 1 });
await workers.run(tasks, "double", 1, { signal });
const running = workers.run(tasks, "endless", 1, { signal });
const waiting = workers.run(tasks, "double", 1, { signal });
const ends = Promise.allSettled([running, waiting]);
await workers.dispose();
const late = Promise.allSettled([workers.run(tasks, "double", 1, { signal })]);
const codes = [...(await ends), ...(await late)].map((end) =>
  end.status === "rejected" ? errorCode(end.reason) : "ok",
);
process.stdout.write(codes.join(" "));
