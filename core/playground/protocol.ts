/** A formatted part of a text (Bot API, MessageEntity); offsets and lengths in UTF-16 code units. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  /** Of a `text_mention`. */
  readonly user?: Person;
}

/** A person or the bot (Bot API, User). */
export interface Person {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
}

/** A private chat has its person's id; a group a negative one (Bot API, Chat). */
export interface Chat {
  readonly id: number;
  readonly type: "private" | "group" | "supergroup";
  readonly title?: string;
  /** Set when it has topics. */
  readonly is_forum?: true;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
}

/** A picture (Bot API, PhotoSize). */
export interface Photo {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly width: number;
  readonly height: number;
  readonly file_size: number;
}

export interface Button {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
  readonly copy_text?: { readonly text: string };
}

export interface Keyboard {
  readonly inline_keyboard: readonly (readonly Button[])[];
}

/** A message (Bot API, Message), as much of it as the playground has. */
export interface Message {
  readonly message_id: number;
  readonly from: Person;
  readonly chat: Chat;
  readonly date: number;
  readonly edit_date?: number;
  /** A forum's topic; elsewhere the first message of a chain of replies. */
  readonly message_thread_id?: number;
  readonly is_topic_message?: true;
  readonly reply_to_message?: Message;
  /** Stands where a topic begins. */
  readonly forum_topic_created?: { readonly name: string; readonly icon_color: number };
  readonly text?: string;
  readonly entities?: readonly Entity[];
  readonly caption?: string;
  readonly caption_entities?: readonly Entity[];
  readonly photo?: readonly Photo[];
  readonly reply_markup?: Keyboard;
}

/** A topic of a forum. */
export interface Topic {
  readonly id: number;
  readonly name: string;
}

/** `GET /api/state`. */
export interface State {
  readonly bot: Person;
  readonly users: readonly Person[];
  readonly chats: readonly Chat[];
  readonly messages: readonly Message[];
  /** The topics of each forum; the one called General is not among them. */
  readonly topics: readonly (Topic & { readonly chatId: number })[];
  /** Where the bot's data comes from. */
  readonly note: string;
  /** What is wrong with plugins, a line each. */
  readonly problems: readonly string[];
  /** Texts worth sending. */
  readonly suggestions: readonly string[];
}

/** `GET /api/events`: server-sent events, one JSON object each. */
export type PageEvent =
  | { readonly type: "message" | "edited"; readonly message: Message }
  | { readonly type: "deleted"; readonly chatId: number; readonly messageId: number }
  | { readonly type: "typing"; readonly chatId: number }
  | { readonly type: "commands" }
  /** In the place of those that were told before. */
  | { readonly type: "problems"; readonly problems: readonly string[] };

/** `POST /api/send`, answered by `{message}`. */
export interface SendRequest {
  readonly chatId: number;
  readonly userId: number;
  readonly text: string;
  readonly replyTo?: number | undefined;
  /** A topic of a forum; without one the message stands in General, or where its reply's target does. */
  readonly threadId?: number | undefined;
}

/** `POST /api/press`, answered by {@link PressAnswer} when the bot has answered. */
export interface PressRequest {
  readonly chatId: number;
  readonly userId: number;
  readonly messageId: number;
  readonly data: string;
}

export interface PressAnswer {
  readonly text?: string;
  readonly showAlert?: boolean;
}

/** An entry of the command menu (Bot API, BotCommand). */
export interface MenuEntry {
  readonly command: string;
  readonly description: string;
}
