import type { HealthCheck, HealthReport, PluginHealth, ServiceHealth } from "../plugin/health.ts";

export interface HealthMonitorOptions {
  readonly version: string;
  /** Checks of the core's own services and of plugins, as they are now. */
  checks(): readonly HealthCheck[];
  plugins(): readonly PluginHealth[];
  /** Makes an error, or a text, fit to be shown: without secrets. */
  describe(error: unknown): string;
  /** Deadline of each check, in ms. Default 5,000. */
  readonly timeout?: number;
  /** How long a report is used again, in ms, so that asking often costs upstreams nothing. Default 5,000. */
  readonly maxAge?: number;
}

/** Runs health checks side by side, each under its own deadline, and remembers since when. */
export interface HealthMonitor {
  /** Runs every check. Never rejects. */
  report(): Promise<HealthReport>;
  /** Runs the checks of what the bot cannot be without, so that no slow upstream is waited for. Never rejects. */
  required(): Promise<readonly ServiceHealth[]>;
}

/** Longest text of what is wrong, in UTF-16 code units. */
const LONGEST_DETAIL = 300;

function degradation(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null || !("degraded" in result)) return undefined;
  return String(result.degraded);
}

/** Gives a result again for some time. */
function remembered<T>(maxAge: number, make: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > maxAge) last = { at: performance.now(), result: make() };
    return last.result;
  };
}

/** Makes a monitor; nothing is checked before it is asked. */
export function createHealthMonitor(options: HealthMonitorOptions): HealthMonitor {
  const { timeout = 5_000, maxAge = 5_000 } = options;
  const started = performance.now();
  const states = new Map<string, { state: ServiceHealth["state"]; since: string }>();
  /** When each check began that has not ended: it is not begun again, so that endless ones do not pile up. */
  const underWay = new Map<HealthCheck, number>();

  const describe = (error: unknown): string => {
    let text: string;
    try {
      text = options.describe(error).replace(/\s+/g, " ").trim();
    } catch {
      text = "it failed with something that cannot be shown";
    }
    return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL - 1).toWellFormed()}…` : text;
  };

  /** Resolves to what is degraded, or to nothing; rejects with what is wrong. */
  const ask = async (check: HealthCheck): Promise<string | undefined> => {
    const before = underWay.get(check);
    if (before !== undefined) {
      throw new Error(
        `no answer for ${Math.round((performance.now() - before) / 1000)} s; it is not asked again before`,
      );
    }
    underWay.set(check, performance.now());
    const abort = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new Error(`no answer within ${timeout / 1000} s`);
      late.reject(error);
      abort.abort(error);
    }, timeout);
    const asked = (async () => check.check(abort.signal))().finally(() => underWay.delete(check));
    asked.catch(() => undefined); // when it is late, nobody looks any more
    try {
      const detail = degradation(await Promise.race([asked, late.promise]));
      return detail === undefined ? undefined : describe(detail);
    } finally {
      clearTimeout(timer);
    }
  };

  const run = async (check: HealthCheck): Promise<ServiceHealth> => {
    const begun = performance.now();
    let state: ServiceHealth["state"] = "up";
    let detail: string | undefined;
    try {
      detail = await ask(check);
      if (detail !== undefined) state = "degraded";
    } catch (error) {
      state = "down";
      detail = describe(error);
    }
    const before = states.get(check.name);
    const since = before?.state === state ? before.since : new Date().toISOString();
    states.set(check.name, { state, since });
    return {
      name: check.name,
      state,
      required: check.required ?? false,
      latency: Math.round(performance.now() - begun),
      since,
      ...(detail ? { detail } : {}),
    };
  };

  const required = remembered(maxAge, async () =>
    Promise.all(
      options
        .checks()
        .filter((check) => check.required)
        .map(run),
    ),
  );

  const report = remembered(maxAge, async (): Promise<HealthReport> => {
    const checks = options.checks();
    const [needed, others] = await Promise.all([
      required(),
      Promise.all(checks.filter((check) => !check.required).map(run)),
    ]);
    const all = [...needed, ...others];
    // In the order in which they were added.
    const services = checks.flatMap((check) => all.find((service) => service.name === check.name) ?? []);
    for (const name of states.keys()) if (!services.some((service) => service.name === name)) states.delete(name);
    const plugins = options.plugins().map(({ detail, ...plugin }) => ({
      ...plugin,
      ...(detail === undefined ? {} : { detail: describe(detail) }),
    }));
    const down = services.some((service) => service.required && service.state === "down");
    const degraded =
      services.some((service) => service.state !== "up") ||
      plugins.some(({ state }) => state === "failed" || state === "degraded" || state === "quarantined");
    return {
      state: down ? "down" : degraded ? "degraded" : "up",
      version: options.version,
      uptime: Math.round((performance.now() - started) / 1000),
      services,
      plugins,
    };
  });

  return { report, required };
}
