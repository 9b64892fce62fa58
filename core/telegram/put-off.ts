import type { JournalEntry } from "../store/store.ts";

/** Longest wait in one piece, in ms: Telegram is asked again after it. */
const LONGEST = 3_600_000;

/** Updates that Telegram will take no answer to for now, by lane. They stay in the journal meanwhile. */
export interface PutOff {
  /** Whether updates of this lane wait already: later ones wait behind them. */
  has(lane: string): boolean;
  /** Lets an update wait, behind those of its lane, which decide for how long (ms). */
  add(lane: string, entry: JournalEntry, wait: number): void;
  /** Takes a lane's updates back, in order. */
  take(lane: string): readonly JournalEntry[];
  /** Updates waiting. */
  readonly size: number;
  /** Resolves when at most this many wait. */
  settled(atMost: number): Promise<void>;
  /** Forgets them all: they stay in the journal. */
  clear(): void;
}

/** @param onDue told that a lane's wait is over. Its updates wait on until they are taken, so that none overtakes them. */
export function createPutOff(onDue: (lane: string) => void): PutOff {
  const lanes = new Map<string, { readonly entries: JournalEntry[]; readonly timer: NodeJS.Timeout }>();
  let waiters: { readonly atMost: number; readonly resolve: () => void }[] = [];
  let size = 0;

  const shrink = (by: number) => {
    size -= by;
    for (const { atMost, resolve } of waiters) if (size <= atMost) resolve();
    waiters = waiters.filter(({ atMost }) => size > atMost);
  };

  return {
    has: (lane) => lanes.has(lane),
    add(lane, entry, wait) {
      size++;
      const waiting = lanes.get(lane);
      if (waiting) waiting.entries.push(entry);
      else {
        const timer = setTimeout(onDue, Math.min(wait, LONGEST), lane).unref();
        lanes.set(lane, { entries: [entry], timer });
      }
    },
    take(lane) {
      const entries = lanes.get(lane)?.entries ?? [];
      lanes.delete(lane);
      shrink(entries.length);
      return entries;
    },
    get size() {
      return size;
    },
    settled: (atMost) =>
      new Promise((resolve) => {
        if (size <= atMost) resolve();
        else waiters.push({ atMost, resolve });
      }),
    clear() {
      for (const { timer } of lanes.values()) clearTimeout(timer);
      lanes.clear();
      shrink(size);
    },
  };
}
