// Run by Deno: the operator's HTTP server, its webhook included, mounted on `Deno.serve`.
import { createServer } from "../../core/server/server.ts";
import { createWebhookRoute } from "../../core/server/webhook.ts";

/** As much of Deno as is used; its types are not Node's. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; signal: AbortSignal; onListen(address: { port: number }): void },
    handler: (request: Request) => Promise<Response>,
  ): { readonly finished: Promise<void> };
};

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const received: unknown[] = [];
const answer = createWebhookRoute({
  secret: "a-secret-that-nobody-guesses",
  async receive(value) {
    if (typeof value !== "object" || value === null || !("update_id" in value)) return "no_update";
    received.push(value);
    return "ok";
  },
});
const handler = createServer({
  report: async () => ({ state: "up", version: "1.2.3", uptime: 1, services: [], plugins: [] }),
  ready: () => true,
  metrics: async () => `updates ${JSON.stringify(received)}\n`,
  webhook: { path: "/telegram", answer },
});
const { finished } = Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: ({ port }) => void process.stdout.write(`http://127.0.0.1:${port}\n`),
  },
  handler,
);
await finished;
