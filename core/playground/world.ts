import { detectEntities } from "./entities.ts";
import { createPhotos, type Photos } from "./photos.ts";
import type {
  Chat,
  MenuEntry,
  Message,
  PageEvent,
  Person,
  PressAnswer,
  PressRequest,
  SendRequest,
} from "./protocol.ts";
import { badRequest } from "./refusal.ts";
import { createUpdates, type Updates } from "./updates.ts";

/** Messages kept in a chat; the oldest goes first. */
const KEPT = 2_000;
/** How long a button waits for its answer, in ms (about what Telegram's apps wait). */
const PRESS_PATIENCE = 15_000;
/** How long a callback query can be answered, in ms. */
const QUERY_LIFE = 60_000;
/** Messages kept as told to tests and the page; see {@link World.on}. */
type Listener = (event: PageEvent) => void;

interface Query {
  readonly at: number;
  readonly answer: (answer: PressAnswer) => void;
}

/** Chats, people and messages, with the queue of updates for the bot. */
export interface World {
  readonly bot: Person;
  readonly users: readonly Person[];
  readonly chats: ReadonlyMap<number, Chat>;
  readonly photos: Photos;
  readonly updates: Updates;
  /** Command menus by scope. */
  readonly menus: Map<string, readonly MenuEntry[]>;
  messages(chatId: number): readonly Message[];
  find(chatId: number, messageId: number): Message | undefined;
  /** Adds a message of the bot or a person. */
  add(message: Omit<Message, "message_id" | "date">): Message;
  replace(message: Message): void;
  remove(chatId: number, messageId: number): void;
  /** A person writes. @throws Refusal for an unknown chat or person, or an unfit text. */
  send(request: SendRequest): Message;
  /** A person presses a button; resolves with the bot's answer, or empty after a while. */
  press(request: PressRequest): Promise<PressAnswer>;
  /** @returns whether the query still waited. */
  answer(queryId: string, answer: PressAnswer): boolean;
  emit(event: PageEvent): void;
  /** @returns a function that ends listening. */
  on(listener: Listener): () => void;
}

export interface WorldOptions {
  readonly bot: Person;
  readonly users: readonly Person[];
  readonly now: () => number;
}

/** Makes a world with a private chat for each person and one group for all. */
export function createWorld({ bot, users, now }: WorldOptions): World {
  const chats = new Map<number, Chat>();
  const messages = new Map<number, Map<number, Message>>();
  const listeners = new Set<Listener>();
  const queries = new Map<string, Query>();
  const updates = createUpdates();
  const instance = String(Math.floor(Math.random() * 1e15));
  let nextMessage = 1;
  let nextQuery = 1;

  for (const { id, first_name, username } of users) {
    chats.set(id, { id, type: "private", first_name, ...(username ? { username } : {}) });
  }
  chats.set(-1_001, { id: -1_001, type: "group", title: "Drama club" });

  const listOf = (chatId: number) => {
    let list = messages.get(chatId);
    if (!list) {
      list = new Map();
      messages.set(chatId, list);
    }
    return list;
  };
  const emit = (event: PageEvent) => {
    for (const listener of listeners) listener(event);
  };
  const place = (chatId: number, userId: number) => {
    const chat = chats.get(chatId);
    const from = users.find(({ id }) => id === userId);
    if (!chat || !from || (chat.type === "private" && chat.id !== userId)) throw badRequest("chat not found");
    return { chat, from };
  };
  const add: World["add"] = (content) => {
    const message: Message = { message_id: nextMessage++, date: Math.floor(now() / 1000), ...content };
    const list = listOf(message.chat.id);
    list.set(message.message_id, message);
    if (list.size > KEPT) list.delete(list.keys().next().value ?? 0);
    emit({ type: "message", message });
    return message;
  };

  return {
    bot,
    users,
    chats,
    photos: createPhotos(),
    updates,
    menus: new Map(),
    messages: (chatId) => [...(messages.get(chatId)?.values() ?? [])],
    find: (chatId, messageId) => messages.get(chatId)?.get(messageId),
    add,
    replace(message) {
      listOf(message.chat.id).set(message.message_id, message);
      emit({ type: "edited", message });
    },
    remove(chatId, messageId) {
      listOf(chatId).delete(messageId);
      emit({ type: "deleted", chatId, messageId });
    },
    send({ chatId, userId, text, replyTo }) {
      const { chat, from } = place(chatId, userId);
      if (typeof text !== "string" || text.trim() === "") throw badRequest("message text is empty");
      if (text.length > 4096) throw badRequest("message is too long");
      const replied = replyTo === undefined ? undefined : messages.get(chatId)?.get(replyTo);
      if (replyTo !== undefined && !replied) throw badRequest("message to be replied not found");
      const entities = detectEntities(text);
      const message = add({
        from,
        chat,
        text,
        ...(entities.length > 0 ? { entities } : {}),
        ...(replied ? { reply_to_message: replied } : {}),
      });
      updates.push("message", message);
      return message;
    },
    async press({ chatId, userId, messageId, data }) {
      const { from } = place(chatId, userId);
      const message = messages.get(chatId)?.get(messageId);
      const there = message?.reply_markup?.inline_keyboard.some((row) =>
        row.some((button) => button.callback_data === data),
      );
      if (!message || !there) throw badRequest("BUTTON_DATA_INVALID");
      const { promise, resolve } = Promise.withResolvers<PressAnswer>();
      const id = `${instance}${nextQuery++}`;
      queries.set(id, { at: now(), answer: resolve });
      if (queries.size > KEPT) queries.delete(queries.keys().next().value ?? "");
      updates.push("callback_query", { id, from, message, chat_instance: instance, data });
      const timer = setTimeout(resolve, PRESS_PATIENCE, {});
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    answer(queryId, answer) {
      const query = queries.get(queryId);
      queries.delete(queryId);
      if (!query || now() - query.at > QUERY_LIFE) return false;
      query.answer(answer);
      return true;
    },
    emit,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
