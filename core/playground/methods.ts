import { commandMenu } from "./command-menu.ts";
import { editing } from "./editing.ts";
import type { Method } from "./method.ts";
import { argument, truth } from "./parameters.ts";
import { chatOf } from "./place.ts";
import { receiving } from "./receiving.ts";
import { badRequest } from "./refusal.ts";
import { sending } from "./sending.ts";

/** Longest notice, in characters (Bot API, answerCallbackQuery). */
const NOTICE = 200;

/** The Bot API's methods, as many as the bot uses, by name in small letters. */
export const methods: Readonly<Record<string, Method>> = {
  ...sending,
  ...editing,
  ...commandMenu,
  ...receiving,
  getme: ({ bot }) => ({
    ...bot,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: false,
  }),
  answercallbackquery(world, { params }) {
    const text = argument(params, "text");
    if (text.length > NOTICE) throw badRequest("MESSAGE_TOO_LONG");
    const answer = { ...(text ? { text } : {}), showAlert: truth(params, "show_alert") };
    if (world.answer(argument(params, "callback_query_id"), answer)) return true;
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  },
  getchat: (world, { params }) => chatOf(world, params),
  getfile(world, { params }) {
    const fileId = argument(params, "file_id");
    if (fileId === "") throw badRequest("file_id not specified");
    const photo = world.photos.find(fileId)?.sizes.find(({ file_id }) => file_id === fileId);
    if (!photo) throw badRequest("invalid file_id");
    const { file_id, file_unique_id, file_size } = photo;
    return { file_id, file_unique_id, file_size, file_path: `photos/${file_id}` };
  },
};
