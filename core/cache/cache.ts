import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { sqliteDriver } from "./sqlite-driver.ts";

/** The tier that had a value. */
export type StoredTier = "memory" | "disk";

export interface CacheOptions {
  /** Path of `cache.db`, or `:memory:`. */
  readonly file: string;
  /** Most values in memory. Default 2,000. */
  readonly memoryItems?: number;
  /** Most values on disk. Default 50,000. */
  readonly diskItems?: number;
  /** Largest value, in UTF-16 code units of its JSON. Default 262,144. */
  readonly maxValue?: number;
  /** For values without a time of their own, in ms. */
  readonly ttlDefault?: number;
  onHit?(namespace: string, tier: StoredTier | "miss"): void;
  onProblem?(message: string): void;
}

/** A value and where it was found. */
export interface Found {
  readonly value: unknown;
  readonly tier: StoredTier;
}

/** JSON values under keys of one namespace. */
export interface CacheNamespace {
  get(key: string): Promise<unknown>;
  find(key: string): Promise<Found | undefined>;
  /** @param options.ttl milliseconds. */
  set(key: string, value: unknown, options: { readonly ttl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Memory in front of a SQLite file (later: of Redis). */
export interface Cache {
  namespace(name: string): CacheNamespace;
  /** Rejects when values cannot be kept. */
  check(): Promise<void>;
  dispose(): Promise<void>;
}

const MINUTE = 60_000;

/**
 * Opens the cache. What fails inside a tier is told to `onProblem` and counts as a miss: the cache never
 * stops an answer.
 */
export function createCache(options: CacheOptions): Cache {
  const { file, memoryItems = 2_000, diskItems = 50_000, maxValue = 262_144, ttlDefault = 60 * MINUTE } = options;
  const onProblem = (message: string) => options.onProblem?.(message);
  // bentocache does not say which tier a value came from; the driver below it does.
  const readFromDisk = new Set<string>();
  const bento = new BentoCache({
    default: "tiers",
    ttl: ttlDefault,
    stores: {
      tiers: bentostore()
        .useL1Layer(memoryDriver({ maxItems: memoryItems, maxSize: 48 * 1024 * 1024, maxEntrySize: maxValue * 2 }))
        .useL2Layer(
          sqliteDriver({ file, maxItems: diskItems, maxValue, onProblem, onFound: (key) => readFromDisk.add(key) }),
        ),
    },
  });

  const namespace = (name: string): CacheNamespace => {
    const store = bento.namespace(name);
    const find = async (key: string): Promise<Found | undefined> => {
      try {
        const value: unknown = await store.get({ key });
        const tier: StoredTier = readFromDisk.delete(`${name}:${key}`) ? "disk" : "memory";
        const found = value === undefined || value === null ? undefined : { value, tier };
        options.onHit?.(name, found?.tier ?? "miss");
        return found;
      } catch (error) {
        onProblem(`Reading from the cache failed: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    };
    return {
      find,
      get: async (key) => (await find(key))?.value,
      async set(key, value, { ttl }) {
        try {
          await store.set({ key, value, ttl });
        } catch (error) {
          onProblem(`Writing to the cache failed: ${error instanceof Error ? error.message : String(error)}`);
        }
      },
      async delete(key) {
        await store.delete({ key });
      },
    };
  };

  return {
    namespace,
    async check() {
      const probe = bento.namespace("health");
      await probe.set({ key: "probe", value: 1, ttl: MINUTE });
    },
    async dispose() {
      await bento.disconnectAll();
    },
  };
}
