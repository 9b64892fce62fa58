import { integer, keyboardOf, type Params, placeOf, record, structured, textOf } from "./content.ts";
import type { StoredPhoto } from "./photos.ts";
import type { Message } from "./protocol.ts";
import { badRequest } from "./refusal.ts";
import type { UpdatesRequest } from "./updates.ts";
import type { World } from "./world.ts";

/** A call of a method, with the files of a form. */
export interface Call {
  readonly params: Params;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly signal: AbortSignal;
}

type Method = (world: World, call: Call) => unknown;

const TEXT_LIMIT = 4096;
const CAPTION_LIMIT = 1024;
/** Messages older than this cannot be deleted, in ms (Bot API, deleteMessage). */
const DELETABLE = 48 * 3_600_000;

async function photoOf({ photos }: World, media: unknown, files: Call["files"]): Promise<StoredPhoto> {
  if (typeof media !== "string" || media === "") throw badRequest("there is no photo in the request");
  const attached = /^attach:\/\/(.+)$/.exec(media)?.[1];
  if (attached !== undefined) {
    const bytes = files.get(attached);
    if (!bytes) throw badRequest("there is no file in the request");
    return photos.byUpload(bytes);
  }
  return /^https?:\/\//i.test(media) ? photos.byUrl(media) : photos.byId(media);
}

/** Telegram tells several sizes, the largest last. */
function sizesOf({ photo }: StoredPhoto): Message["photo"] {
  return [photo];
}

function captionOf(params: Params): Pick<Message, "caption" | "caption_entities"> {
  const { text, entities } = textOf(params, "caption", CAPTION_LIMIT);
  return { ...(text ? { caption: text } : {}), ...(text && entities.length > 0 ? { caption_entities: entities } : {}) };
}

/** The bot's own message that a call is about. */
function target(world: World, params: Params, verb: "edit" | "delete"): Message {
  const chatId = integer(params.chat_id);
  if (chatId === undefined || !world.chats.has(chatId)) throw badRequest("chat not found");
  const messageId = integer(params.message_id);
  const message = messageId === undefined ? undefined : world.find(chatId, messageId);
  if (!message) throw badRequest(`message to ${verb} not found`);
  return message;
}

function editable(world: World, params: Params): Message {
  const message = target(world, params, "edit");
  if (message.from.id !== world.bot.id) throw badRequest("message can't be edited");
  return message;
}

/** Puts an edited message in its place, unless nothing changed. */
function edited(world: World, before: Message, after: Message): Message {
  const essence = ({ edit_date: _, ...message }: Message) =>
    JSON.stringify({ ...message, reply_to_message: undefined });
  if (essence(before) === essence(after)) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    );
  }
  const message = { ...after, edit_date: Math.floor(Date.now() / 1000) };
  world.replace(message);
  return message;
}

/** A message without what an edit replaces. */
function bare(message: Message): Message {
  const { text: _t, entities: _e, caption: _c, caption_entities: _ce, photo: _p, reply_markup: _r, ...rest } = message;
  return rest;
}

function markup(params: Params): Pick<Message, "reply_markup"> {
  const keyboard = keyboardOf(params);
  return keyboard ? { reply_markup: keyboard } : {};
}

function scopeOf(params: Params): string {
  const scope = record(params.scope);
  return scope ? [scope.type, scope.chat_id, scope.user_id].filter((part) => part !== undefined).join(":") : "default";
}

/** The Bot API's methods, as many as the bot uses. Names are compared without case, as Telegram does. */
export const methods: Readonly<Record<string, Method>> = {
  getme: ({ bot }) => ({
    ...bot,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: false,
  }),
  getupdates: ({ updates }, { params, signal }) => {
    const kinds = structured(params.allowed_updates);
    const request: UpdatesRequest = {
      ...(integer(params.offset) === undefined ? {} : { offset: integer(params.offset) ?? 0 }),
      limit: params.limit === undefined ? 100 : Number(params.limit),
      timeout: integer(params.timeout) ?? 0,
      ...(Array.isArray(kinds) ? { allowed_updates: kinds.map(String) } : {}),
    };
    return updates.get(request, signal);
  },
  deletewebhook: ({ updates }, { params }) => {
    if (String(params.drop_pending_updates) === "true") updates.drop();
    return true;
  },
  getwebhookinfo: ({ updates }) => ({ url: "", has_custom_certificate: false, pending_update_count: updates.pending }),
  sendmessage: (world, { params }) => {
    const place = placeOf(world, params);
    const { text, entities } = textOf(params, "text", TEXT_LIMIT);
    return world.add({ ...place, text, ...(entities.length > 0 ? { entities } : {}), ...markup(params) });
  },
  sendphoto: async (world, { params, files }) => {
    const place = placeOf(world, params);
    const caption = captionOf(params);
    const keyboard = markup(params);
    const uploaded = files.get("photo");
    const photo = uploaded ? world.photos.byUpload(uploaded) : await photoOf(world, params.photo, files);
    return world.add({ ...place, ...caption, photo: sizesOf(photo) ?? [], ...keyboard });
  },
  editmessagetext: (world, { params }) => {
    const message = editable(world, params);
    const { text, entities } = textOf(params, "text", TEXT_LIMIT);
    if (message.text === undefined) throw badRequest("there is no text in the message to edit");
    return edited(world, message, {
      ...bare(message),
      text,
      ...(entities.length > 0 ? { entities } : {}),
      ...markup(params),
    });
  },
  editmessagecaption: (world, { params }) => {
    const message = editable(world, params);
    if (message.photo === undefined) throw badRequest("there is no caption in the message to edit");
    return edited(world, message, { ...bare(message), ...captionOf(params), photo: message.photo, ...markup(params) });
  },
  editmessagemedia: async (world, { params, files }) => {
    const before = editable(world, params);
    const media = record(params.media);
    if (!media) throw badRequest("can't parse input media");
    if (media.type !== "photo") throw badRequest("the playground edits photos only");
    const caption = captionOf(media);
    const keyboard = markup(params);
    const photo = await photoOf(world, media.media, files);
    // The picture took its time: the message may be another by now.
    const message = world.find(before.chat.id, before.message_id);
    if (!message) throw badRequest("message to edit not found");
    return edited(world, message, { ...bare(message), ...caption, photo: sizesOf(photo) ?? [], ...keyboard });
  },
  editmessagereplymarkup: (world, { params }) => {
    const message = editable(world, params);
    const { reply_markup: _, ...rest } = message;
    return edited(world, message, { ...rest, ...markup(params) });
  },
  deletemessage: (world, { params }) => {
    const message = target(world, params, "delete");
    if (Date.now() - message.date * 1000 > DELETABLE) throw badRequest("message can't be deleted for everyone");
    if (message.from.id !== world.bot.id && message.chat.type !== "private")
      throw badRequest("message can't be deleted");
    world.remove(message.chat.id, message.message_id);
    return true;
  },
  answercallbackquery: (world, { params }) => {
    const text = params.text === undefined ? "" : String(params.text);
    if (text.length > 200) throw badRequest("MESSAGE_TOO_LONG");
    const showAlert = String(params.show_alert) === "true";
    if (world.answer(String(params.callback_query_id ?? ""), { ...(text ? { text } : {}), showAlert })) return true;
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  },
  sendchataction: (world, { params }) => {
    const { chat } = placeOf(world, params);
    const known = ["typing", "upload_photo", "upload_document", "find_location", "choose_sticker"];
    if (!known.includes(String(params.action))) throw badRequest("wrong parameter action in request");
    world.emit({ type: "typing", chatId: chat.id });
    return true;
  },
  setmycommands: (world, { params }) => {
    const commands = structured(params.commands);
    if (!Array.isArray(commands) || commands.length > 100) throw badRequest("can't parse commands");
    const menu = commands.map((value) => {
      const entry = record(value);
      const command = String(entry?.command ?? "").replace(/^\//, "");
      const description = String(entry?.description ?? "");
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
      if (description.length < 1 || description.length > 256) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
      return { command, description };
    });
    world.menus.set(scopeOf(params), menu);
    world.emit({ type: "commands" });
    return true;
  },
  deletemycommands: (world, { params }) => {
    world.menus.delete(scopeOf(params));
    world.emit({ type: "commands" });
    return true;
  },
  getmycommands: (world, { params }) => world.menus.get(scopeOf(params)) ?? [],
  getchat: (world, { params }) => {
    const chat = world.chats.get(integer(params.chat_id) ?? Number.NaN);
    if (!chat) throw badRequest("chat not found");
    return chat;
  },
  getfile: (world, { params }) => {
    const stored = world.photos.find(String(params.file_id ?? ""));
    if (!stored) throw badRequest("invalid file_id");
    return { ...stored.photo, file_path: `photos/${stored.photo.file_id}` };
  },
};
