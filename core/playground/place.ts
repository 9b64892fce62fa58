import { mustReach } from "./bars.ts";
import { argument, fieldsOf, integer, json, type Params, textField, truth } from "./parameters.ts";
import type { Chat, Message } from "./protocol.ts";
import { badRequest } from "./refusal.ts";
import { threadOf } from "./threads.ts";
import type { World } from "./world.ts";

/** The chat of a call. @throws Refusal when the bot does not know it or is not there. */
export function chatOf(world: World, params: Params): Chat {
  if (argument(params, "chat_id") === "") throw badRequest("chat_id is empty");
  return chatById(world, integer(params, "chat_id"));
}

/** @throws Refusal when the bot does not know the chat or is not there. */
export function chatById(world: World, id: number): Chat {
  const chat = world.chats.get(id);
  if (!chat) throw badRequest("chat not found");
  mustReach(chat, world.bars.get(id));
  return chat;
}

/** What a call wants to reply to. */
interface AskedReply {
  readonly messageId: number;
  /** "" for the chat that is written to. */
  readonly chatId: string;
  /** Whether it is sent when that message is gone. */
  readonly lenient: boolean;
}

function readReply(params: Params): AskedReply {
  const given = json(params, "reply_parameters", "Can't parse reply parameters JSON object");
  if (given === undefined)
    return {
      messageId: integer(params, "reply_to_message_id"),
      chatId: "",
      lenient: truth(params, "allow_sending_without_reply"),
    };
  const reply = fieldsOf(given);
  if (!reply) throw badRequest("Object expected as reply parameters");
  if (Object.keys(reply).length === 0) return { messageId: 0, chatId: "", lenient: false };
  if (!Object.hasOwn(reply, "message_id")) throw badRequest('Can\'t find field "message_id"');
  return {
    messageId: integer(reply, "message_id"),
    chatId: textField(reply, "chat_id"),
    lenient: truth(reply, "allow_sending_without_reply"),
  };
}

/** Where a message goes: chat, topic, and the message it replies to. */
export type Place = Pick<Message, "from" | "chat" | "message_thread_id" | "is_topic_message" | "reply_to_message">;

/** Reads where a call wants its message; the chat is looked for only by the function that it makes. */
export function readPlace(world: World, params: Params): () => Place {
  const reply = readReply(params);
  return () => {
    const chat = chatOf(world, params);
    const elsewhere = reply.chatId !== "" && reply.chatId !== argument(params, "chat_id");
    const target = elsewhere ? chatById(world, integer({ id: reply.chatId }, "id")) : chat;
    const replied = reply.messageId > 0 ? world.find(target.id, reply.messageId) : undefined;
    if (reply.messageId > 0 && !replied && !reply.lenient) throw badRequest("message to be replied not found");
    const threadId = integer(params, "message_thread_id");
    return {
      from: world.bot,
      chat,
      ...threadOf({
        chat,
        threadId: threadId > 0 ? threadId : undefined,
        // A reply to another chat carries no message of this one.
        replied: elsewhere ? undefined : replied,
        find: world.find,
      }),
    };
  };
}
