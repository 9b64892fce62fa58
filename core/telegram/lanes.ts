/** Tasks of one key run in order, of different keys side by side, bounded in all. */
export interface Lanes {
  /** Queues a task behind the others of its key; resolves when it is done or forgotten. The task must not reject. */
  run(key: string, task: () => Promise<void>): Promise<void>;
  /** Tasks queued or running. */
  readonly size: number;
  /** Resolves when at most this many are left. Default 0. */
  settled(atMost?: number): Promise<void>;
  /** Forgets what has not begun. @returns how many tasks that were. */
  clear(): number;
}

/**
 * Tasks begun in one turn of the event loop. An answer from the cache is made without ever leaving it: a whole batch
 * begun at once would keep everything else waiting, timers and other people's answers among it.
 */
const BURST = 8;

interface Waiting {
  readonly task: () => Promise<void>;
  readonly resolve: () => void;
}

/** Makes lanes. @param options.concurrency tasks running at once, over all keys. */
export function createLanes({ concurrency }: { readonly concurrency: number }): Lanes {
  /** Waiting tasks by key; a key stands here while one of its tasks waits or runs. */
  const lanes = new Map<string, Waiting[]>();
  /** Keys whose next task may begin. */
  const ready: string[] = [];
  const waiters: { readonly atMost: number; readonly resolve: () => void }[] = [];
  let running = 0;
  let size = 0;
  let begun = 0;

  const tell = () => {
    for (let index = waiters.length - 1; index >= 0; index--) {
      if (size <= (waiters[index]?.atMost ?? 0)) waiters.splice(index, 1)[0]?.resolve();
    }
  };

  const nextTurn = () => {
    begun = 0;
    pump();
  };

  const pump = () => {
    while (running < concurrency && begun < BURST) {
      const key = ready.shift();
      if (key === undefined) return;
      const next = lanes.get(key)?.shift();
      if (!next) {
        lanes.delete(key);
        continue;
      }
      running++;
      if (begun++ === 0) setImmediate(nextTurn);
      void next.task().finally(() => {
        running--;
        size--;
        if (lanes.get(key)?.length) ready.push(key);
        else lanes.delete(key);
        next.resolve();
        tell();
        pump();
      });
    }
  };

  return {
    get size() {
      return size;
    },
    run(key, task) {
      const { promise, resolve } = Promise.withResolvers<void>();
      size++;
      const lane = lanes.get(key);
      if (lane) lane.push({ task, resolve });
      else {
        lanes.set(key, [{ task, resolve }]);
        ready.push(key);
      }
      pump();
      return promise;
    },
    settled(atMost = 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push({ atMost, resolve });
      tell();
      return promise;
    },
    clear() {
      const dropped = [...lanes.values()].flatMap((lane) => lane.splice(0));
      size -= dropped.length;
      for (const { resolve } of dropped) resolve();
      tell();
      return dropped.length;
    },
  };
}
