/** One health check. It rejects, or returns a state, within the signal's deadline. */
export interface HealthCheck {
  /** Unique; shown to the operator, e.g. "mydramalist". */
  readonly name: string;
  /** A service that is down makes the bot "not ready" only when it is required. Default `false`. */
  readonly required?: boolean;
  /** Resolves when all is well (the value is ignored but for `{degraded}`), rejects when not. */
  check(signal: AbortSignal): Promise<unknown>;
}

/** A check resolves to this to say "works, but not as it should". */
export interface Degraded {
  readonly degraded: string;
}

/** A service's state as last seen. */
export interface ServiceHealth {
  readonly name: string;
  readonly state: "up" | "degraded" | "down";
  readonly required: boolean;
  /** How long the check took, in ms. */
  readonly latency: number;
  /** Since when the service has been in this state (ISO 8601, UTC). */
  readonly since: string;
  /** What is wrong and what to do, without secrets. */
  readonly detail?: string;
}

/**
 * A plugin's lifecycle state. `degraded`: one of its handlers fails again and again; `quarantined`: switched off after
 * repeated failures, until the owner enables it again.
 */
export type PluginState = "pending" | "loading" | "active" | "degraded" | "quarantined" | "failed" | "disposed";

/** A plugin as the operator sees it. */
export interface PluginHealth {
  /** Of one that was left out while another goes by its id: the id and its file, such as `word (plugins/copy.ts)`. */
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  readonly since: string;
  readonly detail?: string;
}

/** What `/health` answers. */
export interface HealthReport {
  /** `down` when a required service is down, `degraded` when anything is not up. */
  readonly state: "up" | "degraded" | "down";
  /** Program version. */
  readonly version: string;
  /** Seconds since start. */
  readonly uptime: number;
  readonly services: readonly ServiceHealth[];
  readonly plugins: readonly PluginHealth[];
}
