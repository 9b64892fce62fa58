import { existsSync, renameSync } from "node:fs";
import type { CreateDriverResult, L2CacheDriver } from "bentocache/types";
import { BotError } from "../domain/errors.ts";
import { type Database, openDatabase, transaction } from "../platform/sqlite.ts";

export interface SqliteCacheOptions {
  /** Path of `cache.db`, or `:memory:`. */
  readonly file: string;
  /** Most rows kept; the least recently written go first. */
  readonly maxItems: number;
  /** Largest value kept, in UTF-16 code units. */
  readonly maxValue: number;
  onProblem(message: string): void;
  /** Told the whole key of every value that was found here. */
  onFound(key: string): void;
}

/** Layout of `cache.db`; another version's file is put aside, for it is only a cache. */
const LAYOUT = 1;
/** Writes between two looks at the bounds. */
const PRUNE_EVERY = 256;

function prepare(file: string): Database {
  const database = openDatabase(file, (existing) => {
    const version = Number(existing.prepare("PRAGMA user_version").get()?.user_version ?? 0);
    if (version !== LAYOUT) throw new BotError("store.newer", `${file} has layout ${version}, wanted is ${LAYOUT}.`);
  });
  transaction(database, () => {
    database.exec(
      "CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL, written INTEGER NOT NULL) STRICT, WITHOUT ROWID;" +
        "CREATE INDEX IF NOT EXISTS cache_by_age ON cache (written);" +
        `PRAGMA user_version = ${LAYOUT};`,
    );
  });
  return database;
}

/** Opens the file; one that is damaged or of another layout is put aside. A locked one stays an error. */
function open({ file, onProblem }: SqliteCacheOptions): Database {
  try {
    return prepare(file);
  } catch (error) {
    if (!(error instanceof BotError) || error.code === "store.locked" || !existsSync(file)) throw error;
    const aside = `${file}.${Date.now()}.bad`;
    renameSync(file, aside);
    for (const suffix of ["-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    onProblem(`The cache could not be read (${error.code}) and was put aside as ${aside}; a new one was begun.`);
    return prepare(file);
  }
}

/** A second cache tier in a SQLite file: bounded, outlives the process. */
class SqliteCacheDriver implements L2CacheDriver {
  readonly type = "l2";
  readonly #database: Database;
  readonly #options: SqliteCacheOptions;
  readonly #prefix: string;
  readonly #statements;
  #writes = 0;

  constructor(database: Database, options: SqliteCacheOptions, prefix = "") {
    this.#database = database;
    this.#options = options;
    this.#prefix = prefix;
    this.#statements = {
      get: database.prepare("SELECT value FROM cache WHERE key = ? AND expires_at > ?"),
      set: database.prepare(
        "INSERT INTO cache (key, value, expires_at, written) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, written = excluded.written",
      ),
      remove: database.prepare("DELETE FROM cache WHERE key = ?"),
      clear: database.prepare("DELETE FROM cache WHERE substr(key, 1, length(?1)) = ?1"),
      expire: database.prepare("DELETE FROM cache WHERE expires_at <= ?"),
      bound: database.prepare(
        "DELETE FROM cache WHERE key IN (SELECT key FROM cache ORDER BY written DESC LIMIT -1 OFFSET ?)",
      ),
    };
  }

  #key(key: string): string {
    return this.#prefix === "" ? key : `${this.#prefix}:${key}`;
  }

  namespace(namespace: string): SqliteCacheDriver {
    return new SqliteCacheDriver(this.#database, this.#options, this.#key(namespace));
  }

  async get(key: string): Promise<string | undefined> {
    const value = this.#statements.get.get(this.#key(key), Date.now())?.value;
    if (typeof value !== "string") return undefined;
    this.#options.onFound(this.#key(key));
    return value;
  }

  async pull(key: string): Promise<string | undefined> {
    const value = await this.get(key);
    await this.delete(key);
    return value;
  }

  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    if (value.length > this.#options.maxValue) return false;
    const now = Date.now();
    this.#statements.set.run(
      this.#key(key),
      value,
      ttl === undefined ? Number.MAX_SAFE_INTEGER : now + Math.round(ttl),
      now,
    );
    if (++this.#writes % PRUNE_EVERY === 0) await this.prune();
    return true;
  }

  async clear(): Promise<void> {
    this.#statements.clear.run(this.#prefix);
  }

  async delete(key: string): Promise<boolean> {
    return this.#statements.remove.run(this.#key(key)).changes > 0;
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    transaction(this.#database, () => {
      for (const key of keys) this.#statements.remove.run(this.#key(key));
    });
    return true;
  }

  async prune(): Promise<void> {
    this.#statements.expire.run(Date.now());
    this.#statements.bound.run(this.#options.maxItems);
  }

  async disconnect(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}

/**
 * Makes the driver for bentocache.
 *
 * @throws BotError `store.locked` when another program holds the file alone.
 */
export function sqliteDriver(options: SqliteCacheOptions): CreateDriverResult<SqliteCacheDriver> {
  const driver = new SqliteCacheDriver(open(options), options);
  return { options: {}, factory: () => driver };
}
