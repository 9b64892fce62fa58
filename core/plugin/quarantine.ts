import * as v from "valibot";

/** A plugin that was switched off after repeated failures, as it is kept over restarts. */
export interface QuarantineRecord {
  readonly id: string;
  /** Another version of the plugin starts as usual. */
  readonly version: string;
  /** ms since 1970. */
  readonly since: number;
  /** What failed last, e.g. `command /hello`. */
  readonly handler: string;
  /** The last failure's error code. */
  readonly code: string;
  /** The last failure in words, without secrets. */
  readonly reason: string;
  readonly correlationId?: string | undefined;
  /** Commands that it brought, without the slash. */
  readonly commands: readonly string[];
  /** Whether the owner was told. */
  readonly told: boolean;
  /** The module of one that ended the process, absolute: it is not even loaded, as long as it stays as it is. */
  readonly file?: string | undefined;
}

/** Which plugins are switched off. */
export interface Quarantine {
  /** Rejects when it cannot be read. */
  all(): Promise<readonly QuarantineRecord[]>;
  put(record: QuarantineRecord): Promise<void>;
  /** Notes that the owner was told, unless the plugin was enabled meanwhile. */
  told(id: string): Promise<void>;
  /** @returns whether the plugin was there. */
  remove(id: string): Promise<boolean>;
}

/** The setting that keeps it. */
export const QUARANTINE_SETTING = "plugins.quarantined";

/** Most that are kept; the oldest go first. */
const MOST = 100;

const schema = v.object({
  id: v.string(),
  version: v.string(),
  since: v.number(),
  handler: v.string(),
  code: v.string(),
  reason: v.string(),
  correlationId: v.optional(v.string()),
  commands: v.array(v.string()),
  told: v.boolean(),
  file: v.optional(v.string()),
});

/** Reads the stored list; what is no record is left out. */
export function readQuarantine(stored: unknown): {
  readonly records: readonly QuarantineRecord[];
  /** Whether all of it could be read. */
  readonly whole: boolean;
} {
  if (stored === undefined) return { records: [], whole: true };
  if (!Array.isArray(stored)) return { records: [], whole: false };
  const records = stored.flatMap((each) => {
    const { success, output } = v.safeParse(schema, each);
    return success ? [output] : [];
  });
  return { records, whole: records.length === stored.length };
}

export interface QuarantineOptions {
  readonly settings: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> };
  /** Told of stored rubbish, which counts as missing. */
  onProblem?(message: string): void;
}

/**
 * Keeps it in the store's settings. Every change reads them first, for another process (`plugin enable`) may have
 * changed them.
 */
export function createQuarantine({ settings, onProblem }: QuarantineOptions): Quarantine {
  let last: Promise<unknown> = Promise.resolve();
  const all = async () => {
    const { records, whole } = readQuarantine(await settings.get(QUARANTINE_SETTING));
    if (!whole) onProblem?.(`Setting "${QUARANTINE_SETTING}" holds something else; those plugins start as usual.`);
    return records;
  };
  /** One change after the other. @returns whether there was a record of that id. */
  const change = (id: string, next: (record: QuarantineRecord | undefined) => QuarantineRecord | undefined) => {
    const work = async () => {
      const records = await all();
      const before = records.find((record) => record.id === id);
      const after = next(before);
      if (before === undefined && after === undefined) return false;
      const others = records.filter((record) => record.id !== id);
      await settings.set(QUARANTINE_SETTING, [...others, ...(after === undefined ? [] : [after])].slice(-MOST));
      return before !== undefined;
    };
    const done = last.then(work);
    last = done.catch(() => undefined); // whoever asked for it sees the rejection
    return done;
  };
  return {
    all,
    put: async (record) => void (await change(record.id, () => record)),
    told: async (id) => void (await change(id, (record) => record && { ...record, told: true })),
    remove: (id) => change(id, () => undefined),
  };
}

/** One that ends with the process, and begins with these records. */
export function memoryQuarantine(records: readonly QuarantineRecord[] = []): Quarantine {
  let stored: unknown = records;
  return createQuarantine({
    settings: {
      get: async () => stored,
      set: async (_key, value) => {
        stored = value;
      },
    },
  });
}
