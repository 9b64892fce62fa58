import type { CreateDriverResult, L2CacheDriver } from "bentocache/types";
import { type Database, transaction } from "../platform/sqlite.ts";

export interface SqliteCacheOptions {
  /** As {@link openCacheFile} gives it. */
  readonly database: Database;
  /** Most rows kept; the least recently written go first. */
  readonly maxItems: number;
  /** Largest value kept, in UTF-16 code units. */
  readonly maxValue: number;
  /** Told, in the caller's async context, when a value was found here. */
  onFound(): void;
}

/** Most writes between two looks at the bounds. */
const PRUNE_EVERY = 64;

/**
 * Makes the driver for bentocache: a second cache tier in a SQLite file, bounded, that outlives the process.
 * Its methods reject when SQLite fails.
 */
export function sqliteDriver(options: SqliteCacheOptions): CreateDriverResult<L2CacheDriver> {
  const { database, maxItems, maxValue, onFound } = options;
  const every = Math.max(1, Math.min(PRUNE_EVERY, Math.floor(maxItems / 10)));
  const select = database.prepare("SELECT value FROM cache WHERE key = ? AND expires_at > ?");
  const replace = database.prepare("REPLACE INTO cache (key, expires_at, value) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM cache WHERE key = ?");
  const removeAll = database.prepare("DELETE FROM cache");
  const removeBetween = database.prepare("DELETE FROM cache WHERE key >= ? AND key < ?");
  const expire = database.prepare("DELETE FROM cache WHERE expires_at <= ?");
  const bound = database.prepare(
    "DELETE FROM cache WHERE rowid IN (SELECT rowid FROM cache ORDER BY rowid LIMIT max(0, (SELECT count(*) FROM cache) - ?))",
  );
  let writes = 0;

  /** Makes room for the next writes, so that the bound holds until the next look. */
  const prune = () => {
    expire.run(Date.now());
    bound.run(maxItems - every);
  };

  const tier = (prefix: string): L2CacheDriver => {
    const whole = (key: string) => `${prefix}${key}`;
    const driver: L2CacheDriver = {
      type: "l2",
      namespace: (name) => tier(`${prefix}${name}:`),
      async get(key) {
        const value = select.get(whole(key), Date.now())?.value;
        if (typeof value !== "string") return undefined;
        onFound();
        return value;
      },
      async pull(key) {
        const value = await driver.get(key);
        await driver.delete(key);
        return value;
      },
      async set(key, value, ttl) {
        // What was there before is out of date, whether or not the new value is kept.
        if (value.length > maxValue) {
          remove.run(whole(key));
          return false;
        }
        if (writes++ % every === 0) prune();
        const expiresAt = ttl === undefined ? Number.MAX_SAFE_INTEGER : Date.now() + Math.round(ttl);
        replace.run(whole(key), expiresAt, value);
        return true;
      },
      async clear() {
        // ";" is the character after ":".
        if (prefix === "") removeAll.run();
        else removeBetween.run(prefix, `${prefix.slice(0, -1)};`);
      },
      delete: async (key) => remove.run(whole(key)).changes > 0,
      async deleteMany(keys) {
        transaction(database, () => {
          for (const key of keys) remove.run(whole(key));
        });
        return true;
      },
      prune: async () => prune(),
      async disconnect() {
        if (database.isOpen) database.close();
      },
    };
    return driver;
  };

  const root = tier("");
  return { options: {}, factory: () => root };
}
