import type { HealthCheck, HealthReport, PluginHealth, ServiceHealth } from "../plugin/health.ts";

export interface HealthMonitorOptions {
  readonly version: string;
  /** Checks of the core's own services and of plugins, as they are now. */
  checks(): readonly HealthCheck[];
  plugins(): readonly PluginHealth[];
  /** Makes an error fit to be shown: no secrets, one line. */
  describe(error: unknown): string;
  /** Deadline of each check, in ms. Default 5,000. */
  readonly timeout?: number;
  /** How long a report is used again, in ms, so that asking often costs upstreams nothing. Default 5,000. */
  readonly maxAge?: number;
}

/** Runs all health checks side by side, each under its own deadline, and remembers since when. */
export interface HealthMonitor {
  /** Never rejects. */
  report(): Promise<HealthReport>;
}

function deadline(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function degradation(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null || !("degraded" in result)) return undefined;
  return String(result.degraded);
}

/** Makes a monitor; nothing is checked before {@link HealthMonitor.report}. */
export function createHealthMonitor(options: HealthMonitorOptions): HealthMonitor {
  const timeout = options.timeout ?? 5_000;
  const maxAge = options.maxAge ?? 5_000;
  const started = performance.now();
  const states = new Map<string, { state: ServiceHealth["state"]; since: string }>();
  let last: { at: number; report: Promise<HealthReport> } | undefined;

  const run = async (check: HealthCheck): Promise<ServiceHealth> => {
    const begun = performance.now();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error(`no answer within ${timeout / 1000} s`)), timeout);
    let state: ServiceHealth["state"] = "up";
    let detail: string | undefined;
    try {
      detail = degradation(await Promise.race([check.check(abort.signal), deadline(abort.signal)]));
      if (detail !== undefined) state = "degraded";
    } catch (error) {
      state = "down";
      detail = options.describe(error);
    } finally {
      clearTimeout(timer);
    }
    const before = states.get(check.name);
    const since = before?.state === state ? before.since : new Date().toISOString();
    states.set(check.name, { state, since });
    const latency = Math.round(performance.now() - begun);
    return {
      name: check.name,
      state,
      required: check.required ?? false,
      latency,
      since,
      ...(detail ? { detail } : {}),
    };
  };

  const fresh = async (): Promise<HealthReport> => {
    const services = await Promise.all(options.checks().map(run));
    for (const name of states.keys()) if (!services.some((service) => service.name === name)) states.delete(name);
    const plugins = options.plugins();
    const down = services.some((service) => service.required && service.state === "down");
    const degraded =
      services.some((service) => service.state !== "up") ||
      plugins.some((plugin) => plugin.state === "failed" || plugin.state === "degraded");
    return {
      state: down ? "down" : degraded ? "degraded" : "up",
      version: options.version,
      uptime: Math.round((performance.now() - started) / 1000),
      services,
      plugins,
    };
  };

  return {
    report() {
      if (!last || performance.now() - last.at > maxAge) last = { at: performance.now(), report: fresh() };
      return last.report;
    },
  };
}
