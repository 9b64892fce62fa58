import { BotError } from "../../domain/errors.ts";
import type { Database } from "../../platform/sqlite.ts";
import type { Store } from "../store.ts";

/** SQLite would give NULL, which NaN becomes, the next free id: another person's. */
function checked(userId: number): number {
  if (Number.isSafeInteger(userId)) return userId;
  throw new BotError("store.failed", `A person's id is a whole number, not ${String(userId)}.`);
}

/** People who used the bot. Ids are read as BigInt-safe numbers: they stand above 2^31 and below 2^53. */
export function createUsers(database: Database): Store["users"] {
  const upsert = database.prepare(
    `INSERT INTO users (user_id, username, full_name, last_active) VALUES (?, ?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, full_name = excluded.full_name, last_active = excluded.last_active`,
  );
  const count = database.prepare("SELECT count(*) AS people FROM users");
  const find = database.prepare("SELECT user_id, username, full_name, last_active FROM users WHERE user_id = ?");
  return {
    async upsert({ userId, username, fullName, lastActive }) {
      upsert.run(checked(userId), username ?? null, fullName, Math.round(lastActive));
    },
    count: async () => Number(count.get()?.people ?? 0),
    async get(userId) {
      const row = find.get(userId);
      if (!row) return undefined;
      return {
        userId: Number(row.user_id),
        ...(row.username === null ? {} : { username: String(row.username) }),
        fullName: String(row.full_name),
        lastActive: Number(row.last_active),
      };
    },
  };
}

/** People the owner let in. */
export function createAuthorized(database: Database): Store["authorized"] {
  const has = database.prepare("SELECT 1 FROM authorized_users WHERE user_id = ?");
  const add = database.prepare("INSERT OR IGNORE INTO authorized_users (user_id) VALUES (?)");
  const remove = database.prepare("DELETE FROM authorized_users WHERE user_id = ?");
  const list = database.prepare("SELECT user_id FROM authorized_users ORDER BY user_id");
  return {
    has: async (userId) => has.get(userId) !== undefined,
    async add(userId) {
      add.run(checked(userId));
    },
    remove: async (userId) => remove.run(userId).changes > 0,
    list: async () => list.all().map((row) => Number(row.user_id)),
  };
}
