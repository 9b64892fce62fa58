import type { ErrorCode } from "../domain/errors.ts";
import { escapeHtml as e } from "../domain/html.ts";

/** A source, as texts speak of it. */
export interface NamedSource {
  readonly command: string;
  readonly name: string;
  readonly example: string;
}

const example = (source: NamedSource) => `/${source.command} ${source.example}`;
const examples = (sources: readonly NamedSource[]) => {
  const shown = sources.slice(0, 3).map((source) => `<code>${e(example(source))}</code>`);
  return shown.join(" or ") || "/help";
};
const names = (list: readonly string[]) => new Intl.ListFormat("en", { type: "conjunction" }).format(list);

/** A plugin that was switched off, as the owner reads of it. */
interface SwitchedOff {
  readonly id: string;
  readonly version: string;
  readonly handler: string;
  readonly code: string;
  readonly correlationId?: string | undefined;
}

/** Everything the bot says in messages: Telegram HTML, values escaped here. */
export const texts = {
  results: (query: string) => `Results for <b>${e(query)}</b>\nPick one:`,
  partial: (failed: readonly string[]) =>
    `<i>${e(names(failed))} did not answer. Search again in a minute for more.</i>`,
  nothingFound: (query: string, sources: readonly NamedSource[]) =>
    `Nothing found for <b>${e(query)}</b>. Try fewer words, the original title, or another spelling, like ${examples(sources)}.`,
  nothingTyped: (source: NamedSource) =>
    `Type a title or a link after the command, like <code>${e(example(source))}</code>. Or reply with /${source.command} to a message that holds a link.`,
  nothingToSearch: (sources: readonly NamedSource[]) => `Send me a title or a link, or try ${examples(sources)}.`,
  noLink: (source: NamedSource) =>
    `Put a ${e(source.name)} link after /${source.command}url, or reply with it to a message that holds one. To search by title, try <code>${e(example(source))}</code>.`,
  tooLong: (limit: number) => `That is too long for a title. Send up to ${limit} characters, or a link.`,
  noTitle: (source: NamedSource) =>
    `${e(source.name)} has no title there. Check the link, or search by name, like <code>${e(example(source))}</code>.`,
  wrongLink: (source: NamedSource) =>
    `That link is no title on ${e(source.name)}. Open the title's own page and send me its link, or try <code>${e(example(source))}</code>.`,
  otherSourceLink: (source: NamedSource, other: NamedSource) =>
    `That is a link to ${e(other.name)}, not to ${e(source.name)}. Send it with /${other.command} instead.`,
  unknownLink: (sources: readonly NamedSource[]) =>
    sources.length === 0
      ? "I know no site to look that link up on. Send /help to see what I can do."
      : `I do not know that site. Send me a title's link from ${e(names(sources.map(({ name }) => name)))}, or a title to search for.`,
  noSources:
    "No site to look titles up on is running right now. Try again later, and tell the bot's owner if it lasts.",
  unknownCommand: (name: string) => `I do not know /${e(name)}. Send /help to see what I can do.`,
  quarantined: ({ id, version, handler, code, correlationId }: SwitchedOff) =>
    [
      `⛔ The plugin <b>${e(id)}</b> ${e(version)} failed again and again, so I switched it off: its commands and its site are gone.`,
      `Last failure: <code>${e(code)}</code> in ${e(handler)}${correlationId === undefined ? "" : `, <code>${e(correlationId.slice(0, 8))}</code> in the log`}.`,
      "Once it is mended, start it again here.",
    ].join("\n"),
  pluginEnabled: (id: string) => `🧩 The plugin <b>${e(id)}</b> runs again.`,
  pluginFailed: (id: string, why: string) =>
    `⚠️ The plugin <b>${e(id)}</b> could not be started: ${e(why.replace(/[.\s]+$/, ""))}. Try again once it is mended; the log says more.`,
  pluginMissing: (id: string) =>
    `The plugin <b>${e(id)}</b> is not there any more. Put it back, and it starts with the bot.`,
  pluginNotEnabled: (id: string) =>
    `⚠️ The plugin <b>${e(id)}</b> stays switched off, because that could not be stored. Try again in a minute.`,
  away: "I was away and missed your earlier messages. Send the last one again and I will look it up.",
  notText: (sources: readonly NamedSource[]) => `I can look up text and links. Try ${examples(sources)}.`,
  refused: "This bot is private. Send your id to its owner and ask to be let in; /start shows it.",
  unsure: "I cannot check right now whether you may use this bot. Try again in a minute.",
  ownerOnly: (name: string) => `/${e(name)} is for this bot's owner. Send /help to see what you can do.`,
  limited: (points: number, seconds: number) =>
    `That was a lot at once: I take ${points} lookups a minute from each person. Try again in ${seconds} s.`,
  stale: (source: string, age: string) => `<i>${e(source)} does not answer right now; this card is ${e(age)} old.</i>`,
  reference: (id: string) => `<i>Reference: ${e(id)}</i>`,
} as const;

/** Everything the bot says in toasts: plain text, up to 200 characters (Bot API, answerCallbackQuery). */
export const toasts = {
  unknownButton: "That button is not one of mine. Send /help to see what I can do.",
  expired: "These buttons are too old. Search again, please.",
  notYours: "Only the person who asked can close this. Search yourself to get your own list.",
  refused: "This bot is private. Ask its owner to let you in.",
  unsure: "I cannot check right now whether you may use this bot. Try again in a minute.",
  limited: (seconds: number) => `That was a lot at once. Try again in ${seconds} s.`,
  noTitle: (source: string) => `${source} no longer has this title. Pick another one.`,
  cannotClose: "Telegram does not let me remove this message. Delete it yourself, or ask an admin.",
  gone: (source: string) => `The plugin for ${source} is not running. Pick another result, or try later.`,
  working: "Looking it up…",
  ownerOnly: "Only this bot's owner may do that.",
  enabling: "Starting it…",
} as const;

/** Labels on buttons. */
export const labels = {
  back: "‹ Back to results",
  close: "✕ Close",
  untitled: "Untitled",
  enable: "Enable it again",
} as const;

const slow = (name: string) => `${name} takes too long right now. Try again in a minute.`;
const broken = (name: string) => `${name} answered something I cannot read. Try another title, or the same one later.`;
const astray = (name: string) =>
  `${name} sends me somewhere I may not go. Try another title, and tell the bot's owner if it lasts.`;
const ours = () => "Something went wrong on my side. Try again in a minute, and tell the bot's owner if it lasts.";
const busy = () => "I am very busy right now. Try again in a minute.";

/** What people are told for each error code, as plain text. The name is a source's, or "The site". */
export const failures: Readonly<Record<ErrorCode, (name: string) => string>> = {
  "http.timeout": slow,
  "http.unreachable": (name) => `I cannot reach ${name} right now. Try again in a few minutes.`,
  "http.blocked": (name) => `${name} does not let me in right now. Try again later, or open the site yourself.`,
  "http.rate_limited": (name) => `${name} asks me to slow down. Try again in a minute.`,
  "http.not_found": (name) => `${name} has no such title. Check the link, or search by name.`,
  "http.unexpected_answer": broken,
  "http.too_large": broken,
  "http.host_denied": astray,
  "http.private_address": astray,
  "http.aborted": slow,
  "worker.timeout": broken,
  "worker.crashed": broken,
  "worker.overloaded": busy,
  "worker.failed": broken,
  "lookup.timeout": slow,
  "lookup.no_such_source": (name) => `${name} is not running right now. Send /help to see what is.`,
  "lookup.wrong_link": (name) => `That link is no title on ${name}. Send the link of the title's own page.`,
  "plugin.invalid": ours,
  "plugin.options": ours,
  "plugin.conflict": ours,
  "plugin.failed": ours,
  "plugin.timeout": ours,
  "plugin.disposed": (name) => `${name} was just stopped. Try again in a minute.`,
  "plugin.quarantined": (name) =>
    `${name} is switched off, because it failed again and again. Send /help to see what runs.`,
  "config.invalid": ours,
  "data.locked": ours,
  "store.locked": busy,
  "store.corrupt": ours,
  "store.newer": ours,
  "store.failed": ours,
  "backup.exists": ours,
  "backup.failed": ours,
  "backup.invalid": ours,
  "init.refused": ours,
  "service.refused": ours,
  "telegram.unauthorized": ours,
  "telegram.conflict": ours,
  "telegram.webhook_refused": ours,
  "telegram.rate_limited": () => "Telegram wants me to slow down here. Try again in a few minutes.",
  "telegram.malformed_update": ours,
  "telegram.unreachable": ours,
};

/** What people are told when an error has no code. */
export const unknownFailure = ours();
