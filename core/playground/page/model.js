/** What the page knows of the emulator's world, and how it is put for drawing. Messages are the Bot API's own. */
import { excerptOf } from "./message.js";

/** Messages kept of each chat; the oldest goes first. */
const KEPT = 500;

export class Model {
  note = "";
  problems = [];
  suggestions = [];
  #bot = { id: 0, first_name: "Bot" };
  #users = [];
  #chats = [];
  #messages = new Map();

  /** Takes over a whole state. */
  load(state) {
    this.note = state.note ?? "";
    this.problems = state.problems ?? [];
    this.suggestions = [...new Set(state.suggestions ?? [])];
    this.#bot = state.bot;
    this.#users = state.users;
    this.#chats = state.chats;
    this.#messages = new Map();
    for (const message of state.messages) this.#put(message);
  }

  /** Takes over one event; the answer is what the page has to show beyond the messages. */
  apply(event) {
    switch (event.type) {
      case "message":
      case "edited":
        this.#put(event.message);
        return undefined;
      case "deleted":
        this.#messages.get(event.chatId)?.delete(event.messageId);
        return undefined;
      case "typing":
        return { kind: "typing", chat: event.chatId };
      case "commands":
        return { kind: "commands" };
      case "problems":
        this.problems = event.problems;
        return { kind: "problems" };
      default:
        return undefined;
    }
  }

  #put(message) {
    const chat = this.#messages.get(message.chat.id) ?? new Map();
    chat.set(message.message_id, message);
    if (chat.size > KEPT) chat.delete(chat.keys().next().value);
    this.#messages.set(message.chat.id, chat);
  }

  people() {
    return this.#users.map((user) => ({
      id: user.id,
      name: nameOf(user),
      role: user.username ? `@${user.username}` : undefined,
    }));
  }

  nameOf(person) {
    return nameOf(this.#users.find(({ id }) => id === person) ?? this.#bot);
  }

  /** The chats a person sees: their own with the bot, and the groups. */
  chats(person) {
    return this.#chats
      .filter((chat) => chat.type !== "private" || chat.id === person)
      .map((chat) => ({
        id: chat.id,
        type: chat.type,
        title: chat.type === "private" ? nameOf(this.#bot) : chat.title,
        status: chat.type === "private" ? "bot" : `${this.#users.length + 1} members`,
      }));
  }

  /** The messages of a chat in order, as one person sees them. */
  messages(chat, person) {
    return [...(this.#messages.get(chat)?.values() ?? [])]
      .sort((one, other) => one.message_id - other.message_id)
      .map((message) => viewOf(message, person));
  }

  commandsOf(answer) {
    return answer.commands ?? answer;
  }

  sendRequest({ person, chat, text, replyTo }) {
    return { userId: person, chatId: chat, text, replyTo };
  }

  sent(answer) {
    if (answer.message) this.#put(answer.message);
  }

  pressRequest({ person, chat, message, data }) {
    return { userId: person, chatId: chat, messageId: message, data };
  }

  pressed(answer) {
    return { text: answer.text, alert: answer.showAlert === true };
  }
}

function nameOf({ first_name: first, last_name: last }) {
  return last === undefined ? first : `${first} ${last}`;
}

function viewOf(message, person) {
  const replied = message.reply_to_message;
  return {
    id: message.message_id,
    name: nameOf(message.from),
    mine: message.from.id === person,
    date: message.date,
    edited: message.edit_date !== undefined && message.reply_markup === undefined,
    text: message.text ?? message.caption ?? "",
    entities: message.entities ?? message.caption_entities ?? [],
    photo: photoOf(message),
    keyboard: (message.reply_markup?.inline_keyboard ?? []).map((row) =>
      row.map((button) => ({
        text: button.text,
        url: button.url,
        data: button.callback_data,
        copy: button.copy_text?.text,
      })),
    ),
    replyTo:
      replied === undefined
        ? undefined
        : {
            id: replied.message_id,
            name: nameOf(replied.from),
            excerpt: excerptOf({ text: replied.text ?? replied.caption ?? "", photo: photoOf(replied) }),
          },
  };
}

function photoOf({ photo }) {
  const largest = photo?.at(-1);
  if (largest === undefined) return undefined;
  return { url: `/api/files/${encodeURIComponent(largest.file_id)}`, width: largest.width, height: largest.height };
}
