import type { Message, Update, User } from "grammy/types";
import { Bot } from "grammy/web";
import type { Lookup } from "../../../core/lookup/lookup.ts";
import type { Command, Formatter, SearchHit, Source } from "../../../core/plugin/index.ts";
import { createRouter, type RouterOptions } from "../../../core/telegram/router.ts";

/** One Bot API call as the bot made it. */
export interface Call {
  readonly method: string;
  readonly payload: Record<string, unknown>;
}

/** Answers a call instead of Telegram; `undefined` leaves it to the harness. A string is a refusal (400). */
export type Fault = (call: Call) => string | { readonly code: number; readonly description: string } | undefined;

interface Film {
  readonly id: string;
  readonly title: string;
  readonly plot?: string;
  readonly poster?: string;
}

export const owner = 1;
export const asker: User = { id: 3_000_000_001, is_bot: false, first_name: "Asker" };
export const other: User = { id: 3_000_000_002, is_bot: false, first_name: "Other" };
export const group = { id: -100_123, type: "supergroup", title: "Group" } as const;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A source whose site is `<command>.example`, with what it finds. */
export function source(command: string, more: Partial<Source<Film>> = {}): Source<Film> {
  return {
    command,
    name: command.toUpperCase(),
    description: `Look up on ${command}`,
    example: "sweet home",
    search: async (query) =>
      query.includes("nothing")
        ? []
        : Array.from({ length: 12 }, (_, n) => ({
            id: `${command}-${n}`,
            title: `${query} ${n}`,
            year: 2000 + n,
            url: "",
          })),
    details: async (id) =>
      id.startsWith("none")
        ? undefined
        : { id, title: `Title ${id}`, plot: "A <plot> & more", poster: `https://p.example/${id}.jpg` },
    matchUrl(url) {
      if (url.hostname !== `${command}.example`) return undefined;
      return url.pathname.startsWith("/t/") ? { kind: "title", id: url.pathname.slice(3) } : { kind: "other" };
    },
    matchId: (text) => (text.startsWith(`${command}#`) ? text.slice(command.length + 1) : undefined),
    matchLegacyCallback: (data) => (data.startsWith(`${command}details_`) ? data.split("_")[1] : undefined),
    fields: [
      { name: "title", description: "Title", value: (film) => film.title },
      { name: "plot", description: "Plot", value: (film) => film.plot },
    ],
    defaultTemplate: () => "<b>{title}</b>\nPlot: {plot}",
    isRecord: (value): value is Film => typeof value === "object",
    title: (film) => film.title,
    url: (film) => `https://${command}.example/t/${film.id}`,
    poster: (film) => film.poster,
    ttl: { search: 1000, details: 1000 },
    ...more,
  };
}

/** A lookup without a cache. */
const lookup: Lookup = {
  async search(from, query, signal) {
    const record: readonly SearchHit[] = await from.search(query, { signal, servedBy: () => undefined });
    return { record, fetchedAt: Date.now(), provider: "test", tier: "upstream", stale: false };
  },
  async details(from, id, signal) {
    const record = await from.details(id, { signal, servedBy: () => undefined });
    return record === undefined
      ? undefined
      : { record, fetchedAt: Date.now(), provider: "test", tier: "upstream", stale: false };
  },
};

/** Keeps everything in memory. */
export function memoryStore() {
  const keyboards = new Map<string, unknown>();
  const settings = new Map<string, unknown>();
  const authorized = new Set<number>();
  const users = new Map<number, unknown>();
  const store = {
    users: {
      upsert: async (user: { userId: number }) => void users.set(user.userId, user),
      count: async () => users.size,
    },
    authorized: { has: async (id: number) => authorized.has(id) },
    settings: { get: async (key: string) => settings.get(key) },
    keyboards: {
      async put(value: unknown) {
        const key = `key${String(keyboards.size).padStart(5, "0")}`;
        keyboards.set(key, JSON.parse(JSON.stringify(value)));
        return key;
      },
      get: async (key: string) => keyboards.get(key),
    },
  };
  return { keyboards, settings, authorized, users, store };
}

export interface Setup {
  readonly sources?: Source[];
  readonly commands?: Command[];
  readonly formatters?: Formatter[];
  readonly isPublic?: boolean;
  readonly fault?: Fault;
  readonly options?: Partial<RouterOptions>;
}

/** A bot whose calls are caught, with a router on it. */
export function harness(setup: Setup = {}) {
  const calls: Call[] = [];
  const memory = memoryStore();
  const fileIds = new Map<string, string>();
  const lookups: (readonly [string, string])[] = [];
  /** The keyboard that the bot sent or put under a message last. */
  let keyboard: unknown;
  let ids = 1000;
  const botInfo = { id: 42, is_bot: true, first_name: "Bot", username: "drama_bot" } as Bot["botInfo"];
  const bot = new Bot("42:token", { botInfo });
  bot.api.config.use(async (_prev, method, payload) => {
    const call = { method, payload: payload as Record<string, unknown> };
    calls.push(call);
    const refusal = setup.fault?.(call);
    if (refusal !== undefined) {
      const { code, description } = typeof refusal === "string" ? { code: 400, description: refusal } : refusal;
      return { ok: false, error_code: code, description: `Bad Request: ${description}` };
    }
    keyboard = call.payload.reply_markup ?? keyboard;
    const photo = /Photo|Media/.test(method) ? { photo: [{ file_id: "small" }, { file_id: "big" }] } : {};
    // Each method's own answer; the tests use messages alone.
    return { ok: true, result: { message_id: ids++, ...photo } as never };
  });
  const router = createRouter({
    bot,
    registry: {
      sources: () => setup.sources ?? [source("mdl") as Source, source("imdb") as Source],
      commands: () => setup.commands ?? [],
      formatters: () => setup.formatters ?? [],
    },
    quarantine: { enable: async () => ({ outcome: "missing" }), switchedOff: () => undefined },
    lookup,
    store: memory.store as unknown as RouterOptions["store"],
    access: { ownerId: owner, isPublic: setup.isPublic ?? true },
    download: async () => new Uint8Array([1, 2, 3]),
    fileIds: { get: async (key) => fileIds.get(key), set: async (key, id) => fileIds.set(key, id) },
    correlation: { currentId: () => "12345678-abcd" },
    log: silent,
    onLookup: (command, outcome) => lookups.push([command, outcome]),
    ...setup.options,
  });
  router.install();

  const handle = (update: Omit<Update, "update_id">) => bot.handleUpdate({ update_id: ids++, ...update });
  const message = (text: string | undefined, more: object = {}, from = asker) => {
    const chat = { id: from.id, type: "private", first_name: from.first_name } as const;
    const base = { message_id: ids++, date: 1_700_000_000, chat, from, ...(text === undefined ? {} : { text }) };
    return handle({ message: { ...base, ...more } as Message & Update.NonChannel });
  };
  /** Presses a button under a message of the bot's, which has the last keyboard or one with this button alone. */
  const press = (data: string | undefined, more: object = {}, from = asker) => {
    const chat = { id: from.id, type: "private", first_name: from.first_name } as const;
    const reply_markup = keyboard ?? { inline_keyboard: [[{ text: "x", callback_data: data }]] };
    const under = { message_id: 77, date: 1_700_000_000, chat, text: "Results", reply_markup, ...more } as Message;
    return handle({
      callback_query: { id: "q", from, chat_instance: "c", message: under, ...(data === undefined ? {} : { data }) },
    });
  };
  const take = () => calls.splice(0);
  return { bot, router, memory, fileIds, lookups, calls, handle, message, press, take };
}

/** Buttons of a call's keyboard, row by row. */
export function buttons(call: Call | undefined): { text: string; callback_data: string }[] {
  const markup = call?.payload.reply_markup as
    | { inline_keyboard: { text: string; callback_data: string }[][] }
    | undefined;
  return markup?.inline_keyboard.flat() ?? [];
}
