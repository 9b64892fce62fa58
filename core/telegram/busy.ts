import type { Api } from "grammy/web";
import type { Place } from "./place.ts";
import { settlesWithin } from "./settles-within.ts";

/** An answer that takes longer than this is announced, in ms. */
export const PATIENCE = 300;

/** A chat action is shown for 5 s (Bot API, sendChatAction); it is renewed before, in ms. */
const RENEWAL = 4_500;

/** Shows "typing…" while work goes on longer than {@link PATIENCE}; gives the work's own outcome. */
export async function showBusy<T>(api: Api, place: Place, work: Promise<T>): Promise<T> {
  if (await settlesWithin(work, PATIENCE)) return work;
  const options = place.threadId === undefined ? {} : { message_thread_id: place.threadId };
  // A courtesy: when Telegram refuses it, the answer itself tells more.
  const show = () => void api.sendChatAction(place.chatId, "typing", options).catch(() => undefined);
  show();
  const timer = setInterval(show, RENEWAL);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
