import { setTimeout as sleep } from "node:timers/promises";
import type { Playground } from "../core/playground/index.ts";
import { percentile } from "./percentiles.ts";

/** How people ask: as soon as they are answered, or at a rate whatever happens. */
export type Loop =
  | { readonly kind: "closed"; readonly people: number }
  | { readonly kind: "open"; readonly rate: number };

export interface LoadOptions {
  readonly desk: Playground;
  readonly loop: Loop;
  readonly seconds: number;
  /** Number of the title that is asked for next. */
  nextTitle(): number;
}

export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly perSecond: number;
  /** ms. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** An answer that takes longer than this is an error, in ms. */
const PATIENCE = 10_000;

/** One person's request; resolves to the ms it took, or `undefined` when the answer was no card of that title. */
async function ask(desk: Playground, userId: number, title: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const off = desk.world.on((event) => {
    if (event.type === "message" && event.message.from.is_bot && event.message.chat.id === userId) {
      resolve(event.message.photo ? event.message.caption : undefined);
    }
  });
  const timer = setTimeout(resolve, PATIENCE, undefined);
  const begun = performance.now();
  try {
    desk.world.send({ chatId: userId, userId, text: `/mdlurl https://mydramalist.com/${title}-title` });
    const caption = await promise;
    return caption?.startsWith(`Title ${title} `) ? performance.now() - begun : undefined;
  } finally {
    clearTimeout(timer);
    off();
  }
}

/** Puts load on the bot for a time. People are asked in turn, so that nobody has two requests under way. */
export async function load({ desk, loop, seconds, nextTitle }: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  let errors = 0;
  const free = desk.users.map(({ id }) => id);
  const end = performance.now() + seconds * 1000;
  const begun = performance.now();
  const one = async () => {
    const userId = free.shift();
    if (userId === undefined) {
      errors++;
      return;
    }
    const took = await ask(desk, userId, nextTitle());
    free.push(userId);
    if (took === undefined) errors++;
    else latencies.push(took);
  };
  if (loop.kind === "closed") {
    const person = async () => {
      while (performance.now() < end) await one();
    };
    await Promise.all(Array.from({ length: loop.people }, person));
  } else {
    const running = new Set<Promise<void>>();
    for (let count = 0; performance.now() < end; count++) {
      const wait = begun + (count * 1000) / loop.rate - performance.now();
      if (wait > 0) await sleep(wait);
      const request: Promise<void> = one().finally(() => running.delete(request));
      running.add(request);
    }
    await Promise.all(running);
  }
  const duration = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length + errors,
    errors,
    perSecond: latencies.length / duration,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}
