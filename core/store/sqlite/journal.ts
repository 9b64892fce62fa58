import { type Database, transaction } from "../../platform/sqlite.ts";
import type { Journal, JournalEntry } from "../store.ts";

/** State of a row. */
const PENDING = 0;
const DONE = 1;
const SET_ASIDE = 2;

/** How long a done-mark may wait for a commit to ride on, in ms. */
const FLUSH_AFTER = 200;

/** The update journal in SQLite. `close` writes the done-marks that wait. */
export function createJournal(database: Database, onProblem: (message: string) => void): Journal & { close(): void } {
  const insert = database.prepare("INSERT OR IGNORE INTO journal (update_id, body, received_at) VALUES (?, ?, ?)");
  const count = database.prepare("UPDATE journal SET attempts = attempts + 1 WHERE update_id = ? RETURNING attempts");
  const mark = database.prepare(
    `UPDATE journal SET state = ${DONE}, body = '' WHERE update_id = ? AND state = ${PENDING}`,
  );
  const aside = database.prepare(`UPDATE journal SET state = ${SET_ASIDE}, reason = ? WHERE update_id = ?`);
  const waiting = database.prepare(
    `SELECT update_id, body, received_at, attempts FROM journal WHERE state = ${PENDING} ORDER BY update_id`,
  );
  const highest = database.prepare("SELECT max(update_id) AS last FROM journal");
  const remove = database.prepare(
    `DELETE FROM journal WHERE state = ${DONE} AND received_at < ? AND update_id < (SELECT max(update_id) FROM journal)`,
  );
  let marks: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  const writeMarks = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const updateId of marks) mark.run(updateId);
    marks = [];
  };
  const flush = () => {
    if (marks.length > 0) transaction(database, writeMarks);
  };

  return {
    append(updates) {
      const now = Date.now();
      return transaction(database, () => {
        writeMarks();
        const entries: JournalEntry[] = [];
        for (const update of updates) {
          const { changes } = insert.run(update.update_id, JSON.stringify(update), now);
          if (changes > 0) entries.push({ updateId: update.update_id, update, receivedAt: now, attempts: 0 });
        }
        return entries;
      });
    },
    pending() {
      flush();
      return waiting.all().flatMap((row): JournalEntry[] => {
        const updateId = Number(row.update_id);
        try {
          const update: unknown = JSON.parse(String(row.body));
          return [{ updateId, update, receivedAt: Number(row.received_at), attempts: Number(row.attempts) }];
        } catch (error) {
          aside.run("unreadable", updateId);
          onProblem(`Update ${updateId} in the journal cannot be read and was set aside: ${String(error)}`);
          return [];
        }
      });
    },
    begin: (updateId) =>
      transaction(database, () => {
        writeMarks();
        return Number(count.get(updateId)?.attempts ?? 0);
      }),
    done(updateId) {
      marks.push(updateId);
      timer ??= setTimeout(flush, FLUSH_AFTER).unref();
    },
    setAside: (updateId, reason) => void aside.run(reason, updateId),
    lastUpdateId() {
      const last = highest.get()?.last;
      return last === null || last === undefined ? undefined : Number(last);
    },
    prune: (before) =>
      transaction(database, () => {
        writeMarks();
        remove.run(before);
      }),
    close() {
      flush();
      clearTimeout(timer);
    },
  };
}
