import { maySend } from "./bars.ts";
import { captionContent, readText, textContent } from "./content.ts";
import { editedKeyboard, readMarkup } from "./keyboard.ts";
import { type PictureSource, readPicture } from "./media.ts";
import type { Call, Method } from "./method.ts";
import { argument, fieldsOf, integer, json, type Params, requiredTextField, textField } from "./parameters.ts";
import { chatOf } from "./place.ts";
import type { Message } from "./protocol.ts";
import { badRequest, refusedWithin } from "./refusal.ts";
import type { World } from "./world.ts";

/** Messages older than this cannot be deleted by bots, in ms (Bot API, deleteMessage). */
const DELETABLE = 48 * 3_600_000;

/** Media that Telegram knows and the playground does not. */
const elsewhere = ["animation", "audio", "document", "video"];

/** Ends the edit of a message's picture that is under way, by chat and message. */
const underWay = new WeakMap<World, Map<string, () => void>>();

function target(world: World, params: Params, what: "message to edit" | "message to delete"): Message {
  const chat = chatOf(world, params);
  const message = world.find(chat.id, integer(params, "message_id"));
  if (!message) throw badRequest(`${what} not found`);
  return message;
}

/** Looks for the bot's own message that a call wants to edit. */
function editable(world: World, params: Params, refusal = "Message can't be edited"): Message {
  // Without these it would be an inline message.
  if (argument(params, "chat_id") === "" && integer(params, "message_id") === 0)
    throw badRequest(
      argument(params, "inline_message_id") === "" ? "Message identifier is not specified" : "MESSAGE_ID_INVALID",
    );
  const message = target(world, params, "message to edit");
  if (message.from.id !== world.bot.id) throw badRequest(refusal);
  return message;
}

/** What an edit replaces. */
type Content = Pick<Message, "text" | "entities" | "caption" | "caption_entities" | "photo" | "reply_markup">;

function contentOf({ text, entities, caption, caption_entities, photo, reply_markup }: Content): string {
  return JSON.stringify([
    text,
    entities ?? [],
    caption,
    caption_entities ?? [],
    photo?.at(-1)?.file_unique_id,
    reply_markup,
  ]);
}

/** Gives a message its new content, unless that is what it has. */
function edit(world: World, before: Message, content: Content): Message {
  if (contentOf(before) === contentOf(content))
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    );
  const { text: _t, entities: _e, caption: _c, caption_entities: _ce, photo: _p, reply_markup: _r, ...rest } = before;
  const message = { ...rest, ...content, edit_date: Math.floor(world.now() / 1000) };
  world.replace(message);
  return message;
}

/** Reads `media`: the picture and its caption. */
function readMedia(world: World, { params, files }: Call) {
  if (argument(params, "media") === "") throw badRequest('Parameter "media" is required');
  const value = json(params, "media", "Can't parse input media JSON object");
  const media = fieldsOf(value);
  if (!media) throw badRequest("Can't parse InputMedia: expected an Object");
  return refusedWithin("Can't parse InputMedia", () => {
    const caption = readText(media, "caption", world.person);
    const picture = readPicture(files, textField(media, "media"), "");
    if (!picture) throw badRequest("media not found");
    const type = requiredTextField(media, "type");
    if (elsewhere.includes(type)) throw badRequest("the playground edits photos only");
    if (type !== "photo") throw badRequest(`type "${type}" is unsupported`);
    return { caption, picture };
  });
}

/** Gets the picture of an edit; a later edit of the same message ends it. */
async function pictureOf(world: World, { chat, message_id }: Message, picture: PictureSource) {
  let running = underWay.get(world);
  if (!running) {
    running = new Map();
    underWay.set(world, running);
  }
  const key = `${chat.id}:${message_id}`;
  running.get(key)?.();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = () => reject(badRequest("Canceled by new editMessageMedia request"));
  running.set(key, end);
  try {
    return await Promise.race([picture(world), ended]);
  } finally {
    if (running.get(key) === end) running.delete(key);
  }
}

/** Methods that edit and delete. */
export const editing: Readonly<Record<string, Method>> = {
  editmessagetext(world, { params }) {
    const text = readText(params, "text", world.person);
    const markup = readMarkup(params);
    const message = editable(world, params);
    if (message.text === undefined) throw badRequest("There is no text in the message to edit");
    return edit(world, message, { ...textContent(text, "edit"), ...editedKeyboard(markup) });
  },
  editmessagecaption(world, { params }) {
    const markup = readMarkup(params);
    const caption = readText(params, "caption", world.person);
    const message = editable(world, params);
    if (message.photo === undefined) throw badRequest("There is no caption in the message to edit");
    const content = { ...captionContent(caption, "edit"), photo: message.photo };
    return edit(world, message, { ...content, ...editedKeyboard(markup) });
  },
  async editmessagemedia(world, call) {
    const markup = readMarkup(call.params);
    const { caption, picture } = readMedia(world, call);
    const before = editable(world, call.params, "Message media can't be edited");
    const bar = world.bars.get(before.chat.id);
    // Who blocked the bot still has its messages, and they can be edited.
    if (bar !== "blocked") maySend("photo", bar);
    const keyboard = editedKeyboard(markup);
    const content = captionContent(caption, "edit");
    const { sizes } = await pictureOf(world, before, picture);
    // The picture took its time: the message may be another by now.
    const message = editable(world, call.params, "Message media can't be edited");
    return edit(world, message, { ...content, photo: sizes, ...keyboard });
  },
  editmessagereplymarkup(world, { params }) {
    const markup = readMarkup(params);
    const message = editable(world, params);
    const { reply_markup: _, ...content } = message;
    const { text, entities, caption, caption_entities, photo } = content;
    const kept: Content = {
      ...(text === undefined ? {} : { text }),
      ...(entities ? { entities } : {}),
      ...(caption === undefined ? {} : { caption }),
      ...(caption_entities ? { caption_entities } : {}),
      ...(photo ? { photo } : {}),
    };
    return edit(world, message, { ...kept, ...editedKeyboard(markup) });
  },
  deletemessage(world, { params }) {
    if (argument(params, "chat_id") === "") throw badRequest("Chat identifier is not specified");
    if (integer(params, "message_id") <= 0) throw badRequest("Message identifier is not specified");
    const message = target(world, params, "message to delete");
    const old = world.now() - message.date * 1000 > DELETABLE;
    const own = message.from.id === world.bot.id;
    // In a supergroup what one may delete goes for everyone.
    if (message.chat.type === "supergroup" && (old || !own)) throw badRequest("Message can't be deleted");
    if (old || (!own && message.chat.type === "group")) throw badRequest("Message can't be deleted for everyone");
    world.remove(message.chat.id, message.message_id);
    return true;
  },
};
