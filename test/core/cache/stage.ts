import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type CacheOptions, createCache } from "../../../core/cache/cache.ts";
import { type Database, openDatabase } from "../../../core/platform/sqlite.ts";

/** An hour, in ms: longer than any test. */
export const HOUR = 3_600_000;

/** A path for `cache.db` in a folder of its own. */
export function cacheFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "cache.db");
}

/** A cache in that file, with what it told. */
export function open(t: TestContext, file: string, options: Partial<CacheOptions> = {}) {
  const problems: string[] = [];
  const hits: string[] = [];
  const cache = createCache({
    file,
    onProblem: (message) => problems.push(message),
    onHit: (namespace, tier) => hits.push(`${namespace} ${tier}`),
    ...options,
  });
  t.after(() => cache.dispose());
  return { ...cache, problems, hits };
}

/** The file as SQLite sees it, beside the cache. */
export function raw(t: TestContext, file: string): Database {
  const database = openDatabase(file);
  t.after(() => database.isOpen && database.close());
  return database;
}

/** Keys of all rows, in the order of writing. */
export function rows(database: Database): readonly string[] {
  return database
    .prepare("SELECT key FROM cache ORDER BY rowid")
    .all()
    .map(({ key }) => String(key));
}
