import type { Message, User } from "grammy/types";
import type { Api } from "grammy/web";
import { mayUse } from "../domain/access.ts";
import { BotError } from "../domain/errors.ts";
import type { Command } from "../plugin/command.ts";
import type { Logger } from "../plugin/context.ts";
import { within } from "../plugin/within.ts";
import { showBusy } from "./busy.ts";
import type { Apologies } from "./failure.ts";
import type { Gate } from "./gate.ts";
import { sendText } from "./messages.ts";
import { repliedTo, replyPlace } from "./place.ts";
import { texts } from "./texts.ts";

/** How long a plugin's command may take, in ms. */
const COMMAND_DEADLINE = 60_000;

export interface CommandRunnerOptions {
  readonly api: Api;
  readonly gate: Gate;
  readonly apologies: Apologies;
  readonly log: Logger;
}

/** A message that begins with a plugin's command. */
export interface CommandRequest {
  readonly command: Command;
  readonly message: Message;
  readonly from: User;
  readonly argument: string;
}

/** A person's name as Telegram shows it. */
export function fullName({ first_name, last_name }: User): string {
  return last_name ? `${first_name} ${last_name}` : first_name;
}

/** Makes what runs plugins' commands: for their audience alone, under a deadline, with an apology for errors. */
export function createCommandRunner({ api, gate, apologies, log }: CommandRunnerOptions) {
  return async ({ command, message, from, argument }: CommandRequest): Promise<void> => {
    const place = replyPlace(message);
    const role = await gate.role(from.id);
    const audience = command.audience ?? "members";
    if (!mayUse(audience, role)) {
      const refusal = role === "unknown" ? texts.unsure : texts.refused;
      return sendText(api, place, { html: audience === "owner" ? texts.ownerOnly(command.name) : refusal });
    }
    const replied = repliedTo(message);
    const repliedText = replied?.text ?? replied?.caption;
    const late = () => new BotError("plugin.timeout", `/${command.name} took over ${COMMAND_DEADLINE / 1000} s.`);
    const run = async (signal: AbortSignal) =>
      command.run({
        user: {
          id: from.id,
          name: fullName(from),
          isOwner: role === "owner",
          ...(from.username === undefined ? {} : { username: from.username }),
        },
        chat: { id: message.chat.id, isPrivate: message.chat.type === "private" },
        argument,
        ...(repliedText === undefined ? {} : { repliedText }),
        signal,
        reply: (html) => sendText(api, place, { html }),
      });
    try {
      await showBusy(api, place, within(run, COMMAND_DEADLINE, late));
    } catch (error) {
      log.error(`/${command.name} failed.`, { error });
      await sendText(api, place, { html: apologies.html(error) });
    }
  };
}
