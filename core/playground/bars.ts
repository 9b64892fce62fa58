import type { Chat } from "./protocol.ts";
import { badRequest, forbidden } from "./refusal.ts";

/**
 * What keeps the bot from writing to a chat: the person never wrote to it, or blocked it; it was thrown out of the
 * group; it may send no texts, or no photos there.
 */
export type Bar = "stranger" | "blocked" | "kicked" | "texts" | "photos";

/** @throws Refusal when the bot cannot see the chat, or not be there. */
export function mustReach(chat: Chat, bar: Bar | undefined): void {
  if (bar === "stranger") throw badRequest("chat not found");
  if (bar === "kicked") throw forbidden(`bot was kicked from the ${chat.type} chat`);
}

/** @throws Refusal when the bot may not send this there. */
export function maySend(kind: "text" | "photo" | "action", bar: Bar | undefined): void {
  if (bar === "blocked") throw forbidden("bot was blocked by the user");
  if (bar === "texts" && kind === "text") throw badRequest("Not enough rights to send text messages to the chat");
  if (bar === "photos" && kind === "photo") throw badRequest("Not enough rights to send photos to the chat");
}
