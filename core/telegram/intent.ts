import type { Message } from "grammy/types";
import type { Source } from "../plugin/source.ts";
import { cleanQuery } from "./commands.ts";
import { type FoundLink, findId, findTarget, linksInMessage } from "./links.ts";
import { repliedTo } from "./place.ts";
import { texts } from "./texts.ts";

/** A query, and where to look. */
interface Search {
  readonly query: string;
  readonly sources: readonly Source[];
}

/** What a message asks for. */
export type Intent =
  | ({ readonly kind: "search" } & Search)
  /** `orElse` is done when there is no such title: what looked like an id may be a name. */
  | { readonly kind: "card"; readonly source: Source; readonly id: string; readonly orElse?: Search }
  /** A hint, as Telegram HTML: nothing can be looked up. */
  | { readonly kind: "hint"; readonly html: string };

const hint = (html: string): Intent => ({ kind: "hint", html });

/** What links mean to one source; `undefined` when none is surely meant as a link. */
function linkIntent(links: readonly FoundLink[], source: Source, all: readonly Source[]): Intent | undefined {
  const own = findTarget(links, [source]);
  if (own?.kind === "title") return { kind: "card", source, id: own.id };
  if (own?.kind === "other") return hint(texts.wrongLink(source));
  const others = all.filter((one) => one !== source);
  const other = findTarget(links, others);
  if (other?.kind === "title") return hint(texts.otherSourceLink(source, other.source));
  return own || other ? hint(texts.wrongLink(source)) : undefined;
}

/** A source's command as it was written. */
export interface SourceCommand {
  readonly source: Source;
  /** `/<command>url`: links alone. */
  readonly linksOnly: boolean;
  readonly argument: string;
}

/** What `/<command>` and `/<command>url` ask for, with what stands behind them or in the message they reply to. */
export function commandIntent(message: Message, command: SourceCommand, all: readonly Source[]): Intent {
  const { source, linksOnly, argument } = command;
  const query = cleanQuery(argument);
  if (query !== "") {
    const linked = linkIntent(linksInMessage(message), source, all);
    if (linked) return linked;
    const byId = findId(query, [source]);
    if (byId)
      return { kind: "card", source, id: byId.id, ...(linksOnly ? {} : { orElse: { query, sources: [source] } }) };
    return linksOnly ? hint(texts.noLink(source)) : { kind: "search", query, sources: [source] };
  }
  const replied = repliedTo(message);
  const linked = replied && linkIntent(linksInMessage(replied), source, all);
  return linked ?? hint(linksOnly ? texts.noLink(source) : texts.nothingTyped(source));
}

/** What plain text, a link or a caption asks for in a private chat. */
export function plainIntent(message: Message, sources: readonly Source[]): Intent {
  const target = findTarget(linksInMessage(message), sources);
  if (target?.kind === "title") return { kind: "card", source: target.source, id: target.id };
  if (target?.kind === "other") return hint(texts.wrongLink(target.source));
  if (target) return hint(texts.unknownLink(sources));
  if (typeof message.text !== "string") return hint(texts.notText(sources));
  const query = cleanQuery(message.text);
  if (query === "") return hint(texts.nothingToSearch(sources));
  const byId = findId(query, sources);
  return byId ? { ...byId, kind: "card", orElse: { query, sources } } : { kind: "search", query, sources };
}
