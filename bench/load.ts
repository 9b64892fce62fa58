import { setTimeout as sleep } from "node:timers/promises";
import type { Playground } from "../core/playground/index.ts";
import { percentile } from "./percentiles.ts";

/** How people ask: each anew some time after they were answered, or at a rate whatever happens. */
export type Loop =
  /** `think`: ms between an answer and the next request, on average; 0 asks as fast as the bot answers. */
  | { readonly kind: "closed"; readonly people: number; readonly think: number }
  | { readonly kind: "open"; readonly rate: number };

export interface LoadOptions {
  readonly desk: Playground;
  readonly loop: Loop;
  readonly seconds: number;
  /** A closed loop ends when so many were asked, too. */
  readonly requests?: number;
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

/** Tells each person's next card; one listener for all, so that measuring costs the same however many wait. */
function listen(desk: Playground) {
  const waiting = new Map<number, (caption: string | undefined) => void>();
  const off = desk.world.on((event) => {
    if (event.type !== "message" || !event.message.from.is_bot) return;
    waiting.get(event.message.chat.id)?.(event.message.photo ? event.message.caption : undefined);
  });
  return { waiting, off };
}

/** Puts load on the bot for a time. Nobody has two requests under way. */
export async function load({
  desk,
  loop,
  seconds,
  requests = Number.POSITIVE_INFINITY,
  nextTitle,
}: LoadOptions): Promise<LoadResult> {
  const { waiting, off } = listen(desk);
  const latencies: number[] = [];
  let errors = 0;
  let asked = 0;

  /** One person's request; an answer that is no card of that title is an error. */
  const ask = async (userId: number) => {
    const title = nextTitle();
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    waiting.set(userId, resolve);
    const timer = setTimeout(resolve, PATIENCE, undefined);
    const begun = performance.now();
    desk.world.send({ chatId: userId, userId, text: `/mdlurl https://mydramalist.com/${title}-title` });
    const caption = await promise;
    clearTimeout(timer);
    waiting.delete(userId);
    if (caption?.startsWith(`Title ${title} `)) latencies.push(performance.now() - begun);
    else errors++;
  };

  const begun = performance.now();
  const end = begun + seconds * 1000;
  if (loop.kind === "closed") {
    const person = async ({ id }: { readonly id: number }) => {
      // People do not begin all at once, nor in step.
      await sleep(Math.random() * loop.think);
      while (performance.now() < end && asked < requests) {
        asked++;
        await ask(id);
        if (loop.think > 0)
          await sleep(Math.min(loop.think * (0.5 + Math.random()), Math.max(end - performance.now(), 0)));
      }
    };
    await Promise.all(desk.users.slice(0, loop.people).map(person));
  } else {
    const free = desk.users.map(({ id }) => id);
    const running = new Set<Promise<void>>();
    for (let count = 0; performance.now() < end; count++) {
      const wait = begun + (count * 1000) / loop.rate - performance.now();
      if (wait > 0) await sleep(wait);
      const userId = free.shift();
      if (userId === undefined) {
        errors++; // everybody waits: the bot cannot keep up
        continue;
      }
      const request: Promise<void> = ask(userId).finally(() => {
        running.delete(request);
        free.push(userId);
      });
      running.add(request);
    }
    await Promise.all(running);
  }
  off();
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
