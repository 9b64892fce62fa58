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
  /** Whether a message waits for an answer: what a group says to itself does not. */
  isForUs(update: Update): boolean;
  now?(): number;
}

export interface Away {
  /**
   * Decides on an update: queries that waited too long are dropped, old messages get one "I was away" a chat and
   * absence.
   */
  verdict(entry: JournalEntry): Verdict;
  /** The word could not be said: the next old message of that chat asks for it again. */
  untold(entry: JournalEntry): void;
}

/** Makes what decides on old updates. */
export function createAway({ maxUpdateAge, isForUs, now = Date.now }: AwayOptions): Away {
  /** When each chat was told last (ms since 1970). What was written before then belongs to that absence. */
  const told = new Map<number, number>();
  const chatOf = (entry: JournalEntry) => (entry.update as Partial<Update>).message?.chat?.id;
  return {
    verdict(entry) {
      // Only fields that were checked to be there are looked at.
      const update = entry.update as Partial<Update>;
      if (update.callback_query || update.inline_query) return now() - entry.receivedAt > QUERY_AGE ? "drop" : "handle";
      const date = update.message?.date;
      if (typeof date !== "number" || now() / 1000 - date <= maxUpdateAge) return "handle";
      const chat = chatOf(entry);
      if (chat === undefined) return "handle";
      if (!isForUs(entry.update as Update) || (told.get(chat) ?? 0) >= date * 1000) return "drop";
      told.delete(chat);
      const [oldest] = told.keys();
      if (told.size >= TOLD && oldest !== undefined) told.delete(oldest);
      told.set(chat, now());
      return "tell";
    },
    untold(entry) {
      const chat = chatOf(entry);
      if (chat !== undefined) told.delete(chat);
    },
  };
}
