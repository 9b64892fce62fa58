import { askInOrder, type Upstream, type UpstreamCall } from "./ask-in-order.ts";
import type { Logger } from "./context.ts";
import type { HealthCheck } from "./health.ts";

/** How often upstreams are asked at most, in ms; in between, the last outcome stands. */
const EVERY = 60_000;

export interface UpstreamHealthOptions<U> {
  readonly log: Logger;
  /** Asks an upstream something that has an answer. */
  probe(upstream: U, call: UpstreamCall): Promise<unknown>;
}

/**
 * Makes a health check of interchangeable upstreams: well while the first one answers, degraded while only a
 * later one does, and down when none does. They are asked at most once a minute, however often health is looked at.
 *
 * @example
 * ctx.health.add({ name: "mdl", check: upstreamHealth([json, site], { log: ctx.log, probe: (one, call) => one.search("sweet home", call) }) });
 */
export function upstreamHealth<U extends Upstream>(
  upstreams: readonly U[],
  { log, probe }: UpstreamHealthOptions<U>,
): HealthCheck["check"] {
  let last: { readonly at: number; readonly outcome: Promise<{ degraded: string } | undefined> } | undefined;

  async function ask(signal: AbortSignal): Promise<{ degraded: string } | undefined> {
    let served: string | undefined;
    const servedBy = (upstream: string) => {
      served = upstream;
    };
    await askInOrder(upstreams, { call: { signal, servedBy }, log, ask: probe });
    const wanted = upstreams[0]?.name;
    return served === wanted ? undefined : { degraded: `"${wanted}" fails; "${served}" answers in its place` };
  }

  return async (signal) => {
    signal.throwIfAborted();
    if (last === undefined || Date.now() - last.at >= EVERY) {
      const current = { at: Date.now(), outcome: ask(signal) };
      current.outcome.catch(() => {
        if (signal.aborted && last === current) last = undefined; // given up, which says nothing of the upstreams
      });
      last = current;
    }
    return last.outcome;
  };
}
