import { Hono } from "hono";
import type { HealthReport, ServiceHealth } from "../plugin/health.ts";

export interface ServerOptions {
  /** Runs every health check. */
  report(): Promise<HealthReport>;
  /** Runs the checks of what the bot needs. Default: those of `report`, which may wait for a slow upstream. */
  required?(): Promise<readonly ServiceHealth[]>;
  /** Whether the bot takes updates: `false` while it starts and stops. */
  ready(): boolean;
  /** Metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Answers what Telegram sends to this path, exactly as it stands there. */
  readonly webhook?: { readonly path: string; readonly answer: Handler };
  /** Told when an answer could not be made. */
  onProblem?(path: string, error: unknown): void;
}

/** Answers a request, on any runtime. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * The operator's HTTP server: `/livez` (the process answers), `/readyz` (it takes updates and what it
 * needs is there), `/health` (each service and plugin, as JSON), `/metrics`, and the webhook's path.
 */
export function createServer(options: ServerOptions): Handler {
  const required = options.required ?? (async () => (await options.report()).services);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
  });
  app.get("/livez", (context) => context.text("ok\n"));
  app.get("/readyz", async (context) => {
    if (!options.ready()) return context.text("not ready: starting or stopping\n", 503);
    const missing = (await required()).filter((service) => service.required && service.state === "down");
    if (missing.length === 0) return context.text("ok\n");
    return context.text(`not ready: ${missing.map((service) => service.name).join(", ")}\n`, 503);
  });
  app.get("/health", async (context) => {
    const report = await options.report();
    return context.json(report, report.state === "down" ? 503 : 200);
  });
  app.get("/metrics", async (context) => {
    return context.body(await options.metrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
  // HEAD is answered as GET is, without the body.
  for (const path of ["/livez", "/readyz", "/health", "/metrics"]) {
    app.all(path, (context) => context.text("Only GET and HEAD are answered here.\n", 405, { allow: "GET, HEAD" }));
  }
  app.notFound((context) => context.text("Not found. Try /livez, /readyz, /health or /metrics.\n", 404));
  app.onError((error, context) => {
    options.onProblem?.(context.req.path, error);
    return context.text("This could not be answered; the log says why.\n", 500);
  });
  const { webhook } = options;
  if (!webhook) return async (request) => app.fetch(request);
  // Not one of the routes above, in which some characters of a path would mean something.
  return async (request) => {
    const isWebhook = request.method === "POST" && new URL(request.url).pathname === webhook.path;
    return isWebhook ? webhook.answer(request) : app.fetch(request);
  };
}
