import { cutHtml, visibleText } from "./caption.ts";
import { escapeHtml } from "./html.ts";
import { orNothing } from "./or-nothing.ts";
import { renderTemplate } from "./template.ts";

/** What a default card is made from; every source has it. */
export interface CardSource<R> {
  readonly fields: readonly { readonly name: string; value(record: R): string | undefined }[];
  defaultTemplate(record: R): string;
  title(record: R): string;
  url(record: R): string;
}

/**
 * Renders a source's default template. Where the source throws, or gives something else than text, that part is missing:
 * a card that lacks a line is better than none. A number is shown as it is.
 *
 * @returns Telegram HTML of any length.
 */
export function defaultCaption<R>(source: CardSource<R>, record: R): string {
  const fields = new Map(source.fields.map((field) => [field.name, field]));
  const template = textOf(() => source.defaultTemplate(record)) ?? "";
  const html = renderTemplate(template, (name) => textOf(() => fields.get(name)?.value(record)));
  return hasText(html) ? html : minimalCaption(source, record);
}

/** Title and link alone: the card when everything else failed. */
function minimalCaption<R>(source: CardSource<R>, record: R): string {
  const given = escapeHtml(textOf(() => source.title(record))?.trim() ?? "");
  const title = hasText(given) ? given : "Untitled";
  const url = textOf(() => source.url(record));
  return url === undefined ? `<b>${title}</b>` : `<b><a href="${escapeHtml(url)}">${title}</a></b>`;
}

function textOf(ask: () => unknown): string | undefined {
  const given = orNothing(ask);
  if (typeof given === "string") return given;
  return Number.isFinite(given) ? String(given) : undefined;
}

/** Whether anything would be seen: Telegram refuses messages of white space and invisible characters. */
export function hasText(html: string): boolean {
  return /[^\s\p{C}\p{Z}\u2800\u115f\u1160\u3164]/u.test(visibleText(html));
}

/** A card's text and where it must fit in. */
export interface FinishOptions {
  /** UTF-16 code units after entities are parsed. */
  readonly limit: number;
  /** Telegram HTML that must stay at the end whatever is cut, such as a card's age. */
  readonly note?: string;
}

/** Cuts a caption to size and puts the note under it; a note that leaves no room for a card stands alone. */
export function finishCaption(html: string, { limit, note }: FinishOptions): string {
  if (note === undefined) return cutHtml(html, limit);
  const under = cutHtml(note, limit);
  const room = limit - visibleText(under).length - 2;
  return room < 1 ? under : `${cutHtml(html, room)}\n\n${under}`;
}

/**
 * How long ago something was, in the largest fitting unit.
 *
 * @param ms a duration, negative ones count as none.
 * @example age(3 * 3_600_000); // "3 hours"
 */
export function age(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [count, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
