import type { Message } from "grammy/types";

/** Where an answer goes: chat, topic, and the message it replies to. */
export interface Place {
  readonly chatId: number;
  readonly threadId: number | undefined;
  readonly replyTo: number | undefined;
}

/** The topic of a message. Replies outside of forums carry a thread id too, which cannot be sent to. */
function topicOf(message: Message): number | undefined {
  return message.is_topic_message ? message.message_thread_id : undefined;
}

/** The message that one replies to. In a topic each message stands as a reply to the topic's first one, which is none. */
export function repliedTo({ reply_to_message: replied }: Message): Message["reply_to_message"] {
  return replied?.forum_topic_created ? undefined : replied;
}

/** The place of an answer to a message. */
export function replyPlace(message: Message): Place {
  return { chatId: message.chat.id, threadId: topicOf(message), replyTo: message.message_id };
}

/** The place of a message that stands in for one of ours: same topic, same reply target. */
export function samePlace(message: Message): Place {
  return { chatId: message.chat.id, threadId: topicOf(message), replyTo: repliedTo(message)?.message_id };
}

/** A place as the Bot API's sending methods take it. */
export function placeOptions({ threadId, replyTo }: Place) {
  return {
    ...(threadId === undefined ? {} : { message_thread_id: threadId }),
    ...(replyTo === undefined ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
  };
}
