/** Tasks of one key run in order, of different keys side by side, bounded in all. */
export interface Lanes {
  /** Queues a task behind the others of its key. The task must not reject. */
  run(key: string, task: () => Promise<void>): void;
  /** Tasks queued or running. */
  readonly size: number;
  /** Resolves when at most this many are left. Default 0. */
  settled(atMost?: number): Promise<void>;
  /** Forgets what has not begun. @returns how many tasks that were. */
  clear(): number;
}

/** Makes lanes. @param options.concurrency tasks running at once, over all keys. */
export function createLanes({ concurrency }: { readonly concurrency: number }): Lanes {
  /** Waiting tasks by key; a key stands here while one of its tasks waits or runs. */
  const lanes = new Map<string, (() => Promise<void>)[]>();
  /** Keys whose next task may begin. */
  const ready: string[] = [];
  const waiters: { readonly atMost: number; readonly resolve: () => void }[] = [];
  let running = 0;
  let size = 0;

  const tell = () => {
    for (let index = waiters.length - 1; index >= 0; index--) {
      if (size <= (waiters[index]?.atMost ?? 0)) waiters.splice(index, 1)[0]?.resolve();
    }
  };

  const pump = () => {
    while (running < concurrency) {
      const key = ready.shift();
      if (key === undefined) return;
      const task = lanes.get(key)?.shift();
      if (!task) continue;
      running++;
      void task().finally(() => {
        running--;
        size--;
        if (lanes.get(key)?.length) ready.push(key);
        else lanes.delete(key);
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
      size++;
      const lane = lanes.get(key);
      if (lane) lane.push(task);
      else {
        lanes.set(key, [task]);
        ready.push(key);
      }
      pump();
    },
    settled(atMost = 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push({ atMost, resolve });
      tell();
      return promise;
    },
    clear() {
      let dropped = 0;
      for (const lane of lanes.values()) dropped += lane.splice(0).length;
      size -= dropped;
      tell();
      return dropped;
    },
  };
}
