import type { Bar } from "./bars.ts";
import { isBlank } from "./cleaning.ts";
import { keptText, TEXT_LIMIT } from "./content.ts";
import { createPhotos, type Photos } from "./photos.ts";
import { createPresses } from "./presses.ts";
import type {
  Chat,
  MenuEntry,
  Message,
  PageEvent,
  Person,
  PressAnswer,
  PressRequest,
  SendRequest,
  Topic,
} from "./protocol.ts";
import { badRequest } from "./refusal.ts";
import { threadOf } from "./threads.ts";
import { createUpdates, type Updates } from "./updates.ts";
import { createWebhook, type Webhook } from "./webhook.ts";

/** Messages kept in a chat; the oldest goes first. */
const KEPT = 2_000;
/** The colour of a topic's icon, one of those that Telegram has (Bot API, createForumTopic). */
const TOPIC_COLOR = 0x6fb9f0;
/** In a forum that number stands for the topic called General. */
const GENERAL = 1;

type Listener = (event: PageEvent) => void;

/** A group of all people. */
export interface Group {
  /** Negative. */
  readonly id: number;
  readonly title: string;
  /** Default: a supergroup when it has topics. */
  readonly type?: "group" | "supergroup";
  /** Names of topics, which make it a forum. */
  readonly topics?: readonly string[];
}

/** Chats, people and messages, with the queue of updates for the bot. */
export interface World {
  readonly bot: Person;
  readonly users: readonly Person[];
  readonly chats: ReadonlyMap<number, Chat>;
  readonly photos: Photos;
  readonly updates: Updates;
  readonly webhook: Webhook;
  /** Command menus by scope. */
  readonly menus: Map<string, readonly MenuEntry[]>;
  /** Chats that the bot cannot write to, or not everything. */
  readonly bars: Map<number, Bar>;
  /** ms since 1970. */
  now(): number;
  person(id: number): Person | undefined;
  /** The messages of a chat, oldest first. */
  messages(chatId: number): readonly Message[];
  find(chatId: number, messageId: number): Message | undefined;
  /** The topics of a forum, oldest first. */
  topics(chatId: number): readonly Topic[];
  /** Adds a message of the bot or a person. */
  add(message: Omit<Message, "message_id" | "date">): Message;
  replace(message: Message): void;
  remove(chatId: number, messageId: number): void;
  /** A person writes. @throws Refusal for an unknown chat, person or topic, or an unfit text. */
  send(request: SendRequest): Message;
  /**
   * A person presses a button; resolves with the bot's answer, or empty after a while. What is `forged` need stand on
   * no button: Telegram passes on whatever an app sends.
   *
   * @throws Refusal `BUTTON_DATA_INVALID`
   */
  press(request: PressRequest & { readonly forged?: boolean }): Promise<PressAnswer>;
  /** @returns whether the query still waited. */
  answer(queryId: string, answer: PressAnswer): boolean;
  emit(event: PageEvent): void;
  /** @returns a function that ends listening. */
  on(listener: Listener): () => void;
  /** Ends whatever waits. */
  dispose(): void;
}

export interface WorldOptions {
  readonly bot: Person;
  readonly users: readonly Person[];
  readonly groups: readonly Group[];
  readonly now: () => number;
  /** How long a second takes for webhooks, in ms. Default 1,000. */
  readonly webhookSecond?: number;
}

/** Makes a world with a private chat for each person, and the groups. */
export function createWorld({ bot, users, groups, now, webhookSecond = 1_000 }: WorldOptions): World {
  const people = new Map(users.map((user) => [user.id, user]));
  const chats = new Map<number, Chat>();
  const messages = new Map<number, Map<number, Message>>();
  /** Where topics begin; these messages outlast all others. */
  const beginnings = new Map<number, Map<number, Message>>();
  const bars = new Map<number, Bar>();
  const listeners = new Set<Listener>();
  const updates = createUpdates();
  const webhook = createWebhook({ updates, now, second: webhookSecond });
  const photos = createPhotos();
  const presses = createPresses(now);
  let nextMessage = GENERAL + 1;

  const seconds = () => Math.floor(now() / 1000);
  for (const { id, first_name, last_name, username } of users) {
    chats.set(id, {
      id,
      type: "private",
      first_name,
      ...(last_name ? { last_name } : {}),
      ...(username ? { username } : {}),
    });
  }
  for (const { id, title, topics = [], type = topics.length > 0 ? "supergroup" : "group" } of groups) {
    const chat: Chat = { id, type, title, ...(topics.length > 0 ? { is_forum: true } : {}) };
    chats.set(id, chat);
    const began = new Map<number, Message>();
    for (const name of topics) {
      const topic = nextMessage++;
      began.set(topic, {
        message_id: topic,
        from: users[0] ?? bot,
        chat,
        date: seconds(),
        message_thread_id: topic,
        is_topic_message: true,
        forum_topic_created: { name, icon_color: TOPIC_COLOR },
      });
    }
    beginnings.set(id, began);
  }

  const find: World["find"] = (chatId, messageId) =>
    messages.get(chatId)?.get(messageId) ?? beginnings.get(chatId)?.get(messageId);
  const emit = (event: PageEvent) => {
    for (const listener of listeners) listener(event);
  };
  const place = (chatId: number, userId: number) => {
    const chat = chats.get(chatId);
    const from = people.get(userId);
    if (!chat || !from || (chat.type === "private" && chat.id !== userId)) throw badRequest("chat not found");
    return { chat, from };
  };
  const add: World["add"] = (content) => {
    const message: Message = { message_id: nextMessage++, date: seconds(), ...content };
    let list = messages.get(message.chat.id);
    if (!list) {
      list = new Map();
      messages.set(message.chat.id, list);
    }
    list.set(message.message_id, message);
    if (list.size > KEPT) list.delete(list.keys().next().value ?? 0);
    emit({ type: "message", message });
    return message;
  };

  return {
    bot,
    users,
    chats,
    photos,
    updates,
    webhook,
    menus: new Map(),
    bars,
    now,
    person: (id) => people.get(id),
    messages: (chatId) => [...(messages.get(chatId)?.values() ?? [])],
    find,
    topics: (chatId) =>
      [...(beginnings.get(chatId)?.values() ?? [])].map(({ message_id, forum_topic_created }) => ({
        id: message_id,
        name: forum_topic_created?.name ?? "",
      })),
    add,
    replace(message) {
      messages.get(message.chat.id)?.set(message.message_id, message);
      emit({ type: "edited", message });
    },
    remove(chatId, messageId) {
      messages.get(chatId)?.delete(messageId);
      emit({ type: "deleted", chatId, messageId });
    },
    send({ chatId, userId, text: typed, replyTo, threadId }) {
      const { chat, from } = place(chatId, userId);
      if (typeof typed !== "string") throw badRequest("message text is empty");
      if (typed.length > TEXT_LIMIT) throw badRequest("message is too long");
      const { text, entities } = keptText({ text: typed.toWellFormed(), entities: [] });
      if (isBlank(text)) throw badRequest("message text is empty");
      const replied = replyTo === undefined ? undefined : find(chatId, replyTo);
      if (replyTo !== undefined && !replied) throw badRequest("message to be replied not found");
      const thread = threadOf({ chat, threadId, replied, find });
      // Who writes to the bot has started it, or started it again.
      if (chat.type === "private" && ["stranger", "blocked"].includes(bars.get(chatId) ?? "")) bars.delete(chatId);
      const message = add({ from, chat, ...thread, text, ...(entities.length > 0 ? { entities } : {}) });
      if (bars.get(chatId) !== "kicked") updates.push("message", message);
      return message;
    },
    async press({ chatId, userId, messageId, data, forged = false }) {
      const { from } = place(chatId, userId);
      const message = messages.get(chatId)?.get(messageId);
      const there = message?.reply_markup?.inline_keyboard.some((row) =>
        row.some(({ callback_data }) => callback_data !== undefined && callback_data === data),
      );
      if (!message || !(there || forged)) throw badRequest("BUTTON_DATA_INVALID");
      return presses.wait((id) =>
        updates.push("callback_query", { id, from, message, chat_instance: presses.instance, data }),
      );
    },
    answer: presses.answer,
    emit,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      presses.dispose();
      webhook.dispose();
      updates.dispose();
      photos.dispose();
      listeners.clear();
    },
  };
}
