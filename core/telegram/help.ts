import { mayUse, type Role } from "../domain/access.ts";
import { escapeHtml as e } from "../domain/html.ts";
import { type Extensions, offeredCommands } from "./offer.ts";

const list = (items: readonly string[]) => new Intl.ListFormat("en", { type: "conjunction" }).format(items);

/** `/help`: everything that somebody may do here, as Telegram HTML. */
export function helpText(extensions: Extensions, role: Role): string {
  const commands = offeredCommands(extensions, role).map(({ name, description }) => `/${name} · ${e(description)}`);
  const sources = extensions.sources();
  const lines = ["<b>What you can do</b>", ...commands];
  if (mayUse("members", role) && sources.length > 0) {
    lines.push(
      "",
      `Here in private, just send a title or a link. In any chat, reply to a message that holds a link with ${list(sources.map(({ command }) => `/${command}`))}.`,
    );
    for (const source of sources) lines.push(`Try <code>/${source.command} ${e(source.example)}</code>`);
  }
  if (role === "stranger") lines.push("", "This bot is private: ask its owner to let you in and look titles up.");
  if (role === "unknown") lines.push("", "I cannot check right now what else you may use. Try again in a minute.");
  return lines.join("\n");
}

/** What `/start` tells of. */
export interface Welcome {
  readonly name: string;
  readonly userId: number;
  readonly role: Role;
  /** For the owner: the mode in force (`undefined`: cannot be read) and the count of users. */
  readonly publicMode?: boolean | undefined;
  readonly users?: number | undefined;
}

/** `/start`: a welcome, as Telegram HTML; the owner sees how the bot stands. */
export function welcomeText(extensions: Extensions, { name, userId, role, publicMode, users }: Welcome): string {
  const sources = extensions.sources();
  const sites = sources.length > 0 ? ` on ${e(list(sources.map((source) => source.name)))}` : "";
  const lines = [`Hello, <b>${e(name)}</b>. I look titles up${sites} and post each as a card.`, ""];
  if (mayUse("members", role)) {
    for (const source of sources) lines.push(`/${source.command} ${e(source.example)} · ${e(source.description)}`);
    lines.push("Or just send me a title or a link. /help shows everything.");
  } else if (role === "unknown") {
    lines.push("I cannot check right now whether you may use this bot. Try again in a minute.");
  } else {
    lines.push(`This bot is private. Send its owner your id, <code>${userId}</code>, and ask to be let in.`);
  }
  if (role === "owner") {
    const mode =
      publicMode === undefined
        ? "not known, the store does not answer"
        : publicMode
          ? "on, everybody may search"
          : "off, only you and those you let in";
    lines.push("", "<b>For you as the owner</b>", `Public mode: ${mode}`);
    lines.push(`Users: ${users ?? "not known, the store does not answer"}`);
    const mine = extensions.commands().filter(({ audience }) => audience === "owner");
    for (const { name: command, description } of mine) lines.push(`/${command} · ${e(description)}`);
  }
  return lines.join("\n");
}
