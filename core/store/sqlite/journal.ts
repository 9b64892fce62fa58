import { type Database, transaction } from "../../platform/sqlite.ts";
import type { Journal, JournalEntry } from "../store.ts";

/** State of a row. */
const PENDING = 0;
const DONE = 1;
const SET_ASIDE = 2;

/** Id of an update that Telegram never sends: what is written under it is a trial. */
const NOBODYS = -1;

/** How long a done-mark may wait for a commit to ride on, in ms. */
const FLUSH_AFTER = 200;

/** The journal with what its store needs of it. */
export interface SqliteJournal extends Journal {
  /** Throws when entries cannot be read, and while they cannot be written. */
  check(): void;
  /** Writes the done-marks that wait, and that nothing is under way any more. */
  close(): void;
}

/** The update journal in SQLite. */
export function createJournal(database: Database, onProblem: (message: string) => void): SqliteJournal {
  const known = database.prepare("SELECT 1 FROM journal LIMIT 1");
  const insert = database.prepare("INSERT OR IGNORE INTO journal (update_id, body, received_at) VALUES (?, ?, ?)");
  const count = database.prepare(
    "UPDATE journal SET attempts = attempts + 1, under_way = 1 WHERE update_id = ? RETURNING attempts",
  );
  const takeBack = database.prepare(
    `UPDATE journal SET attempts = attempts - 1, under_way = 0 WHERE update_id = ? AND under_way`,
  );
  const removeProbe = database.prepare("DELETE FROM journal WHERE update_id = ?");
  const mark = database.prepare(
    `UPDATE journal SET state = ${DONE}, body = '' WHERE update_id = ? AND state = ${PENDING}`,
  );
  const aside = database.prepare(`UPDATE journal SET state = ${SET_ASIDE}, reason = ? WHERE update_id = ?`);
  const waiting = database.prepare(
    `SELECT update_id, body, received_at, attempts, blamed FROM journal WHERE state = ${PENDING} ORDER BY update_id`,
  );
  const underWay = database.prepare(`SELECT count(*) AS entries FROM journal WHERE state = ${PENDING} AND under_way`);
  const blame = database.prepare(`UPDATE journal SET blamed = blamed + 1 WHERE state = ${PENDING} AND under_way`);
  const settle = database.prepare(`UPDATE journal SET under_way = 0 WHERE state = ${PENDING} AND under_way`);
  const remove = database.prepare(
    `DELETE FROM journal WHERE state = ${DONE} AND received_at < ? OR state = ${SET_ASIDE} AND received_at < ?`,
  );
  /** Whether this process handles updates; another one, such as a lookup, must leave alone what is under way elsewhere. */
  let handles = false;
  let marks: number[] = [];
  /** Whether the last batch could not be written. */
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;

  const writeMarks = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const updateId of marks) mark.run(updateId);
    marks = [];
  };
  const flush = () => {
    timer = undefined;
    try {
      transaction(database, writeMarks);
    } catch (error) {
      // The marks wait for the next commit. Should the process end before it, these updates are answered twice.
      onProblem(`Updates could not be marked as done: ${String(error)}`);
    }
  };
  const read = (row: Record<string, unknown>): JournalEntry[] => {
    const updateId = Number(row.update_id);
    try {
      const update: unknown = JSON.parse(String(row.body));
      const receivedAt = Number(row.received_at);
      return [{ updateId, update, receivedAt, attempts: Number(row.attempts), blamed: Number(row.blamed) }];
    } catch (error) {
      aside.run("unreadable", updateId);
      onProblem(`Update ${updateId} in the journal cannot be read and was set aside: ${String(error)}`);
      return [];
    }
  };

  return {
    append(updates) {
      const now = Date.now();
      const before = isFailing;
      isFailing = true;
      const entries = transaction(database, () => {
        writeMarks();
        const found: JournalEntry[] = [];
        for (const update of updates) {
          const { changes } = insert.run(update.update_id, JSON.stringify(update), now);
          if (changes > 0) found.push({ updateId: update.update_id, update, receivedAt: now, attempts: 0, blamed: 0 });
        }
        return found;
      });
      isFailing = before && entries.length === 0; // what was known already was not written
      return entries;
    },
    recover: () =>
      transaction(database, () => {
        handles = true;
        writeMarks();
        if (Number(underWay.get()?.entries) === 1) blame.run();
        settle.run();
        return waiting.all().flatMap(read);
      }),
    begin: (updateId) =>
      transaction(database, () => {
        handles = true;
        writeMarks();
        return Number(count.get(updateId)?.attempts ?? 0);
      }),
    putOff: (updateId) => void takeBack.run(updateId),
    done(updateId) {
      marks.push(updateId);
      timer ??= setTimeout(flush, FLUSH_AFTER).unref();
    },
    setAside: (updateId, reason) => void aside.run(reason, updateId),
    prune: ({ done, setAside }) =>
      transaction(database, () => {
        writeMarks();
        remove.run(done, setAside);
      }),
    check() {
      known.get();
      if (!isFailing) return;
      transaction(database, () => {
        insert.run(NOBODYS, "", 0);
        removeProbe.run(NOBODYS);
      });
      isFailing = false;
    },
    close() {
      transaction(database, () => {
        writeMarks();
        if (handles) settle.run();
      });
    },
  };
}
