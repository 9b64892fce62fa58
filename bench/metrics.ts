import { setTimeout as sleep } from "node:timers/promises";

/** The bot's own figures at one moment. */
export interface BotFigures {
  /** ms of CPU. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** ms, the 99th percentile since the last reading. */
  readonly loopDelay: number;
  readonly hits: number;
  readonly misses: number;
  readonly botApiCalls: number;
}

function sum(text: string, name: string, label = ""): number {
  let total = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) && line.includes(label))
      total += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return total;
}

/** Reads `/metrics`. @param health the operator's server, e.g. `http://127.0.0.1:8080`. */
export async function readMetrics(health: string): Promise<BotFigures> {
  const text = await (await fetch(`${health}/metrics`)).text();
  const cache = (tier: string) => sum(text, "dramabot_cache_lookups_total", `namespace="mdl_details",tier="${tier}"`);
  return {
    cpu: sum(text, "dramabot_cpu_seconds") * 1000,
    memory: sum(text, "dramabot_resident_memory_bytes"),
    loopDelay: sum(text, "dramabot_event_loop_delay_seconds", 'quantile="0.99"') * 1000,
    hits: cache("memory") + cache("second"),
    misses: cache("miss"),
    botApiCalls:
      sum(text, "dramabot_bot_api_calls_total") - sum(text, "dramabot_bot_api_calls_total", 'method="getUpdates"'),
  };
}

/** Waits up to 20 s for the bot to take updates. */
export async function waitUntilReady(health: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      if ((await fetch(`${health}/readyz`)).ok) return;
    } catch (error) {
      if (attempt === 199) throw error;
    }
    await sleep(100);
  }
  throw new Error("The bot was not ready within 20 s.");
}
