import { maySend } from "./bars.ts";
import { captionContent, readText, textContent } from "./content.ts";
import { keptKeyboard, readMarkup } from "./keyboard.ts";
import { readPicture } from "./media.ts";
import type { Method } from "./method.ts";
import { argument, integer } from "./parameters.ts";
import { chatOf, readPlace } from "./place.ts";
import { badRequest } from "./refusal.ts";
import { threadOf } from "./threads.ts";

const actions = new Set([
  "cancel",
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_audio",
  "record_voice",
  "upload_audio",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "pick_up_location",
  "record_video_note",
  "upload_video_note",
]);
/** In a forum, the topic called General; actions may name it, messages may not. */
const GENERAL = 1;

/** Methods that send. What a call says is read first, then the chat is looked for, then the content is judged. */
export const sending: Readonly<Record<string, Method>> = {
  sendmessage(world, { params }) {
    const text = readText(params, "text", world.person);
    const findPlace = readPlace(world, params);
    const markup = readMarkup(params);
    const place = findPlace();
    const content = textContent(text, "send");
    const keyboard = keptKeyboard(markup);
    maySend("text", world.bars.get(place.chat.id));
    return world.add({ ...place, ...content, ...keyboard });
  },
  async sendphoto(world, { params, files }) {
    const picture = readPicture(files, argument(params, "photo"), "photo");
    if (!picture) throw badRequest("There is no photo in the request");
    const caption = readText(params, "caption", world.person);
    const findPlace = readPlace(world, params);
    const markup = readMarkup(params);
    const place = findPlace();
    const keyboard = keptKeyboard(markup);
    maySend("photo", world.bars.get(place.chat.id));
    const content = captionContent(caption, "send");
    const { sizes } = await picture(world);
    return world.add({ ...place, ...content, photo: sizes, ...keyboard });
  },
  sendchataction(world, { params }) {
    if (!actions.has(argument(params, "action").toLowerCase())) throw badRequest("Wrong parameter action in request");
    const chat = chatOf(world, params);
    const threadId = integer(params, "message_thread_id");
    const general = threadId === GENERAL && chat.is_forum;
    if (threadId > 0 && !general) threadOf({ chat, threadId, find: world.find });
    maySend("action", world.bars.get(chat.id));
    world.emit({ type: "typing", chatId: chat.id });
    return true;
  },
};
