import type { Chat, Message } from "./protocol.ts";
import { badRequest } from "./refusal.ts";

/** Where in a chat a message stands, and what it replies to. */
export type Thread = Pick<Message, "message_thread_id" | "is_topic_message" | "reply_to_message">;

export interface ThreadRequest {
  readonly chat: Chat;
  /** The topic that was asked for. */
  readonly threadId?: number | undefined;
  /** The message replied to. */
  readonly replied?: Message | undefined;
  find(chatId: number, messageId: number): Message | undefined;
}

/** A replied message comes without the one it replied to (Bot API, Message). */
function shallow({ reply_to_message: _, ...message }: Message): Message {
  return message;
}

/**
 * Finds a message's thread as Telegram does: in a forum the topic, where every message replies to the topic's
 * beginning unless it replies to another one; in other supergroups the chain of replies.
 *
 * @throws Refusal when there is no such topic.
 */
export function threadOf({ chat, threadId, replied, find }: ThreadRequest): Thread {
  const reply = replied ? { reply_to_message: shallow(replied) } : {};
  const topic = threadId ?? (replied?.is_topic_message ? replied.message_thread_id : undefined);
  if (chat.is_forum && topic !== undefined) {
    const beginning = find(chat.id, topic);
    if (!beginning?.forum_topic_created) throw badRequest("message thread not found");
    return { message_thread_id: topic, is_topic_message: true, reply_to_message: shallow(replied ?? beginning) };
  }
  if (threadId !== undefined) throw badRequest("message thread not found");
  if (chat.type === "supergroup" && !chat.is_forum && replied)
    return { message_thread_id: replied.message_thread_id ?? replied.message_id, ...reply };
  return reply;
}
