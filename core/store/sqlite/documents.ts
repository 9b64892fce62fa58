import { randomBytes } from "node:crypto";
import { BotError } from "../../domain/errors.ts";
import type { Database } from "../../platform/sqlite.ts";
import type { Store } from "../store.ts";

/** Most keys that one listing gives. */
const MOST_KEYS = 1_000;

type Problem = (message: string) => void;

/** Reads stored JSON; rubbish counts as missing and is told to the operator. */
function parse(text: unknown, where: string, onProblem: Problem): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    onProblem(`${where} holds no JSON and is taken as missing.`);
    return undefined;
  }
}

/** Writes JSON; what is none, such as a function, is refused rather than kept as nothing. */
function json(value: unknown, where: string): string {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== "string") throw new BotError("store.failed", `${where} cannot be kept: it is no JSON.`);
  return text;
}

/** Settings of the bot, as JSON by key. */
export function createSettings(database: Database, onProblem: Problem): Store["settings"] {
  const find = database.prepare("SELECT value FROM settings WHERE key = ?");
  const put = database.prepare(
    "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    get: async (key) => parse(find.get(key)?.value, `Setting "${key}"`, onProblem),
    async set(key, value) {
      put.run(key, json(value, `Setting "${key}"`));
    },
  };
}

/** What keyboards stand for; keys are 48 random bits, so that nobody guesses another chat's. */
export function createKeyboards(database: Database, onProblem: Problem): Store["keyboards"] {
  const find = database.prepare("SELECT value FROM keyboards WHERE key = ?");
  const put = database.prepare("INSERT INTO keyboards (key, value, created_at) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM keyboards WHERE created_at < ?");
  return {
    async put(value) {
      const key = randomBytes(6).toString("base64url");
      put.run(key, json(value, "A keyboard"), Date.now());
      return key;
    },
    get: async (key) => parse(find.get(key)?.value, `Keyboard "${key}"`, onProblem),
    async prune(before) {
      remove.run(before);
    },
  };
}

/** Plugins' documents, as JSON by namespace and key. */
export function createDocuments(database: Database, onProblem: Problem): Store["documents"] {
  const find = database.prepare("SELECT value FROM documents WHERE namespace = ? AND key = ?");
  const put = database.prepare(
    "INSERT INTO documents (namespace, key, value) VALUES (?, ?, ?) ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare("DELETE FROM documents WHERE namespace = ? AND key = ?");
  // A range rather than a pattern: nothing in a prefix means anything, and the index is used.
  const list = database.prepare(
    `SELECT key FROM documents WHERE namespace = ? AND key >= ? AND key < ? ORDER BY key LIMIT ${MOST_KEYS}`,
  );
  return {
    get: async (namespace, key) => parse(find.get(namespace, key)?.value, `Document "${namespace}/${key}"`, onProblem),
    async set(namespace, key, value) {
      put.run(namespace, key, json(value, `Document "${namespace}/${key}"`));
    },
    async delete(namespace, key) {
      remove.run(namespace, key);
    },
    keys: async (namespace, prefix) => list.all(namespace, prefix, `${prefix}\u{10ffff}`).map((row) => String(row.key)),
  };
}
