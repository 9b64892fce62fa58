import type { TestContext } from "node:test";
import type { Update } from "grammy/types";
import { GrammyError } from "grammy/web";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import type { Journal } from "../../../core/store/store.ts";
import { createHandling, type HandlingOptions } from "../../../core/telegram/handling.ts";
import { createPolling, type PollingApi } from "../../../core/telegram/polling.ts";

export const now = () => Math.floor(Date.now() / 1000);

/** A message of a person in their private chat. */
export function message(update_id: number, person: number, more: object = {}): Update {
  const chat = { id: person, type: "private", first_name: "P" } as const;
  const from = { id: person, is_bot: false, first_name: "P" };
  return { update_id, message: { message_id: update_id, date: now(), chat, from, text: `${update_id}`, ...more } };
}

export function refusal(code: number, description: string): GrammyError {
  return new GrammyError("refused", { ok: false, error_code: code, description }, "getUpdates", {});
}

/** What a poll is answered with: a batch, or a failure. */
type Poll = readonly unknown[] | Error;

interface Stage extends Omit<Partial<HandlingOptions>, "journal"> {
  readonly polls?: readonly Poll[];
  /** How deleting a webhook fails, before it succeeds. */
  readonly undeletable?: Error[];
  readonly journal?: Journal;
}

/** An intake over a real journal in memory, whose Telegram answers as `polls` says and then waits. */
export async function stage(t: TestContext, { polls = [], undeletable = [], ...options }: Stage = {}) {
  const store = await openSqliteStore({ file: ":memory:" });
  const log: string[] = [];
  const handled: number[] = [];
  const told: number[] = [];
  const outcomes: string[] = [];
  const asked: { offset?: number | undefined; timeout: number }[] = [];
  const left = [...polls];
  const idle = Promise.withResolvers<void>();
  const deletions: unknown[] = [];
  const api: PollingApi = {
    async deleteWebhook(request) {
      deletions.push(request);
      const failure = undeletable.shift();
      if (failure) throw failure;
      return true;
    },
    async getUpdates({ offset, timeout }, signal) {
      asked.push({ offset, timeout });
      const poll = left.shift();
      if (poll instanceof Error) throw poll;
      if (poll) return poll as Update[]; // rubbish among them is part of the tests
      idle.resolve();
      if (asked.length === 1) return [];
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
      return [];
    },
  };
  const write = (level: string) => (text: string) => void log.push(`${level}: ${text}`);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const handling = createHandling({
    journal: store.journal,
    handle: async ({ update_id }) => void handled.push(update_id),
    tellAway: async ({ update_id }) => void told.push(update_id),
    isForUs: () => true,
    maxUpdateAge: 3600,
    log: logger,
    onUpdate: (kind, outcome) => outcomes.push(`${kind} ${outcome}`),
    ...options,
  });
  const intake = createPolling({ api, handling, log: logger });
  t.after(async () => {
    await intake.stop({ deadline: 0 });
    await store.dispose();
  });
  return { intake, store, log, handled, told, outcomes, asked, deletions, idle: idle.promise };
}

/** Lets everything that can go on go on. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A journal that holds entries of an earlier life. */
export async function left(
  t: TestContext,
  entries: readonly { id: number; attempts?: number; blamed?: number; by?: number }[],
) {
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  inner.journal.append(entries.map(({ id, by = id }) => message(id, by)));
  const recover: Journal["recover"] = () =>
    inner.journal.recover().map((entry) => {
      const { attempts = 0, blamed = 0 } = entries.find(({ id }) => id === entry.updateId) ?? {};
      return { ...entry, attempts, blamed };
    });
  return { ...inner.journal, recover };
}
