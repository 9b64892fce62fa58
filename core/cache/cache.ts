import { AsyncLocalStorage } from "node:async_hooks";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { BotError } from "../domain/errors.ts";
import { sqliteError } from "../platform/sqlite.ts";
import { openCacheFile } from "./open.ts";
import { jsonSerializer } from "./serializer.ts";
import { sqliteDriver } from "./sqlite-driver.ts";

/** The tier that had a value. */
export type StoredTier = "memory" | "disk";

export interface CacheOptions {
  /** Path of `cache.db`; `:memory:` is a cache without a second tier. */
  readonly file: string;
  /** Most values in memory. Default 2,000. */
  readonly memoryItems?: number;
  /** Most values on disk. Default 50,000. */
  readonly diskItems?: number;
  /** Largest value, in UTF-16 code units of its JSON and the hundred or so that are kept around it. Default 262,144. */
  readonly maxValue?: number;
  /** For values without a time of their own, in ms. Default 1 h. */
  readonly ttlDefault?: number;
  onHit?(namespace: string, tier: StoredTier | "miss"): void;
  onProblem?(message: string): void;
}

/** A value and where it was found. */
export interface Found {
  readonly value: unknown;
  readonly tier: StoredTier;
}

/** JSON values under keys of one namespace. Every value given out is a copy. Nothing here rejects. */
export interface CacheNamespace {
  /** `undefined` when there is none; `null` counts as none. */
  get(key: string): Promise<unknown>;
  find(key: string): Promise<Found | undefined>;
  /** @param options.ttl milliseconds; a value whose time is already over is taken away. */
  set(key: string, value: unknown, options?: { readonly ttl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Memory in front of a SQLite file (later: of Redis). */
export interface Cache {
  namespace(name: string): CacheNamespace;
  /** Rejects when values cannot be kept beyond the end of the process. */
  check(): Promise<void>;
  dispose(): Promise<void>;
}

const MINUTE = 60_000;
/** Longest time a value is kept, in ms: ten years. */
const LONGEST = 3_650 * 24 * 60 * MINUTE;
/** How long a second tier that failed is left alone, in ms. */
const PAUSE = 5_000;
/** Bytes of all values in memory, as UTF-8. */
const MEMORY = 48 * 1024 * 1024;
/** Most bytes of one UTF-16 code unit in UTF-8. */
const UTF8 = 3;

/**
 * Opens the cache. What fails inside a tier is told to `onProblem` and counts as a miss: the cache never
 * stops an answer.
 */
export function createCache(options: CacheOptions): Cache {
  const { file, memoryItems = 2_000, diskItems = 50_000, maxValue = 262_144, ttlDefault = 60 * MINUTE } = options;
  let closed = false;
  // Work that is still under way when the cache closes finds its tiers gone, which is nobody's problem.
  const onProblem = (message: string) => void (closed || options.onProblem?.(message));
  const failed = (action: string, error: unknown) => {
    // bentocache wraps what a second tier throws.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    onProblem(`${action} the cache failed: ${cause instanceof Error ? cause.message : String(cause)}`);
  };

  // bentocache does not say which tier a value came from; the driver below it does, to the call it serves.
  const reading = new AsyncLocalStorage<{ tier: StoredTier }>();
  const onFound = () => {
    const call = reading.getStore();
    if (call) call.tier = "disk";
  };
  const database = file === ":memory:" ? undefined : openCacheFile(file, onProblem);
  const disk = database && sqliteDriver({ database, maxItems: diskItems, maxValue, onFound });
  const tiers = bentostore().useL1Layer(
    memoryDriver({ maxItems: memoryItems, maxSize: MEMORY, maxEntrySize: maxValue * UTF8 }),
  );
  const bento = new BentoCache({
    default: "tiers",
    ttl: ttlDefault,
    suppressL2Errors: false,
    l2CircuitBreakerDuration: PAUSE,
    serializer: jsonSerializer(onProblem),
    stores: { tiers: disk ? tiers.useL2Layer(disk) : tiers },
  });

  const namespace = (name: string): CacheNamespace => {
    // Keys are `<namespace>:<key>`; a namespace that holds colons must not reach into another one.
    const store = bento.namespace(name.replaceAll("%", "%25").replaceAll(":", "%3A"));
    const find = async (key: string): Promise<Found | undefined> => {
      const call: { tier: StoredTier } = { tier: "memory" };
      let value: unknown;
      try {
        value = await reading.run(call, () => store.get({ key }));
      } catch (error) {
        failed("Reading from", error);
      }
      const found = value === undefined || value === null ? undefined : { value, tier: call.tier };
      options.onHit?.(name, found?.tier ?? "miss");
      return found;
    };
    return {
      find,
      get: async (key) => (await find(key))?.value,
      async set(key, value, { ttl = ttlDefault } = {}) {
        try {
          if (ttl > 0) await store.set({ key, value, ttl: Math.min(ttl, LONGEST) });
          else await store.delete({ key });
        } catch (error) {
          failed("Writing to", error);
        }
      },
      async delete(key) {
        try {
          await store.delete({ key });
        } catch (error) {
          failed("Deleting from", error);
        }
      },
    };
  };

  return {
    namespace,
    async check() {
      if (file === ":memory:") return;
      if (!disk) throw new BotError("store.failed", `${file} could not be opened; values are kept in memory only.`);
      try {
        await disk.factory({}).set("probe", "", MINUTE);
      } catch (error) {
        throw sqliteError(error, file);
      }
    },
    async dispose() {
      closed = true;
      await bento.disconnectAll();
    },
  };
}
