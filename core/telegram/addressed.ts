import type { Message } from "grammy/types";
import { readCommand } from "./commands.ts";

/** Messages that people send on purpose, beside text; all others are notices of Telegram's. */
const media = ["photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker"] as const;

export interface AddresseeOptions {
  readonly bot: { readonly id: number; readonly username: string };
  /** Whether the bot has a command of this name. */
  knows(name: string): boolean;
}

/**
 * Makes what tells whether a message waits for an answer of the bot's: in a private chat everything that was sent on
 * purpose, in groups its own commands, for other bots' commands and people's talk fly by there.
 */
export function createAddressee({ bot, knows }: AddresseeOptions): (message: Message) => boolean {
  return (message) => {
    const { text, chat } = message;
    if (!message.from || message.via_bot?.id === bot.id) return false;
    const command = typeof text === "string" ? readCommand(text, bot.username) : undefined;
    if (command?.addressed === "other") return false;
    if (chat?.type === "private") return text !== undefined || media.some((kind) => kind in message);
    return command !== undefined && (command.addressed === "us" || knows(command.name));
  };
}
