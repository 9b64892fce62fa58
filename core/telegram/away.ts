import type { Update } from "grammy/types";
import type { JournalEntry } from "../store/store.ts";

/** What to do with an update that may have got old while the bot was away. */
export type Verdict = "handle" | "drop" | "tell";

/** How long a callback or inline query may have waited in the journal, in ms; they carry no date. */
const QUERY_AGE = 60_000;

/** Chats remembered as told; the oldest is forgotten beyond that. */
const TOLD = 10_000;

export interface AwayOptions {
  /** Messages older than this are not answered as if they were new, in seconds. */
  readonly maxUpdateAge: number;
  now?(): number;
}

/**
 * Decides on old updates: queries that waited too long are dropped, old messages get one "I was away"
 * a chat.
 */
export function createAway({ maxUpdateAge, now = Date.now }: AwayOptions): (entry: JournalEntry) => Verdict {
  const told = new Set<number>();
  return (entry) => {
    // Only fields that were checked to be there are looked at.
    const update = entry.update as Partial<Update>;
    if (update.callback_query || update.inline_query) return now() - entry.receivedAt > QUERY_AGE ? "drop" : "handle";
    const message = update.message;
    if (typeof message?.date !== "number" || now() / 1000 - message.date <= maxUpdateAge) return "handle";
    const chat = message.chat?.id;
    if (chat === undefined) return "handle";
    if (told.has(chat)) return "drop";
    if (told.size >= TOLD) told.delete(told.values().next().value ?? 0);
    told.add(chat);
    return "tell";
  };
}
