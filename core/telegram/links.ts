import type { Message } from "grammy/types";
import { orNothing } from "../domain/or-nothing.ts";
import type { Source } from "../plugin/source.ts";

/** A link as it stands in a message. */
export interface FoundLink {
  readonly url: URL;
  /** Written with `http://` or `https://`, or hidden behind a text: surely meant as a link. */
  readonly explicit: boolean;
}

/** What a message's links lead to. */
export type LinkTarget =
  | { readonly kind: "title"; readonly source: Source; readonly id: string }
  /** A page of this source that is no title. */
  | { readonly kind: "other"; readonly source: Source }
  /** Links, but of no source's site. */
  | { readonly kind: "unknown" };

/** Links looked at in one message. */
const LINKS = 20;

function parse(text: string): URL | undefined {
  if (text.length > 2048) return undefined;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  return url && /^https?:$/.test(url.protocol) && url.hostname.includes(".") ? url : undefined;
}

/** Links written out in a text: `https://…`, or a bare host with a path. */
function linksInText(text: string): readonly FoundLink[] {
  const found: FoundLink[] = [];
  for (const [word] of text.matchAll(/[^\s<>"'“”«»]+/g)) {
    if (found.length >= LINKS) break;
    const trimmed = word.replace(/^[([{]+/, "").replace(/[)\]}.,;:!?…]+$/, "");
    const explicit = /^https?:\/\//i.test(trimmed);
    if (!explicit && !/^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/\S/i.test(trimmed)) continue;
    const url = parse(trimmed);
    if (url) found.push({ url, explicit });
  }
  return found;
}

/** The parts of a message that hold links. */
type LinkedMessage = Pick<Message, "text" | "caption" | "entities" | "caption_entities">;

/** Every link of a message: those Telegram marked, those behind texts, those in captions and plain ones. */
export function linksInMessage(message: LinkedMessage): readonly FoundLink[] {
  const found: FoundLink[] = [];
  const text = message.text ?? message.caption ?? "";
  for (const entity of message.entities ?? message.caption_entities ?? []) {
    if (found.length >= LINKS) break;
    const written = entity.type === "text_link" ? entity.url : undefined;
    const url = written === undefined ? undefined : parse(written);
    if (url) found.push({ url, explicit: true });
  }
  return [...linksInText(text), ...found].slice(0, LINKS);
}

/**
 * Finds the first link to a title, else the first page of a source's site, else whether links stand
 * there at all.
 *
 * @returns `undefined` when nothing there is surely meant as a link.
 */
export function findTarget(links: readonly FoundLink[], sources: readonly Source[]): LinkTarget | undefined {
  let other: LinkTarget | undefined;
  for (const { url } of links) {
    for (const source of sources) {
      const found = orNothing(() => source.matchUrl(url));
      if (found?.kind === "title") return { kind: "title", source, id: found.id };
      if (found) other ??= { kind: "other", source };
    }
  }
  return other ?? (links.some(({ explicit }) => explicit) ? { kind: "unknown" } : undefined);
}

/** A bare id of a source (`tt0133093`) that stands alone in a text. */
export function findId(text: string, sources: readonly Source[]): Extract<LinkTarget, { kind: "title" }> | undefined {
  if (text.length > 200) return undefined;
  for (const source of sources) {
    const id = orNothing(() => source.matchId?.(text)) ?? undefined;
    if (id !== undefined) return { kind: "title", source, id };
  }
  return undefined;
}
