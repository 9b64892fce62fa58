import type { App } from "../app.ts";
import { visibleText } from "../domain/caption.ts";
import { age, defaultCaption } from "../domain/card.ts";
import { BotError } from "../domain/errors.ts";
import { nearest } from "../domain/nearest.ts";
import { orNothing } from "../domain/or-nothing.ts";
import type { Answer, Lookup } from "../lookup/lookup.ts";
import type { SearchHit, Source } from "../plugin/source.ts";
import { forTerminal, oneTerminalLine } from "./terminal.ts";

export interface LookupArguments {
  /** A source's command, e.g. `mdl`. */
  readonly source: string;
  /** What to search for, or a link or id. */
  readonly query: string;
  readonly json?: boolean;
}

/** What a lookup came to. */
export interface LookupOutcome {
  /** What goes to stdout; `undefined` when nothing was found. */
  readonly output: string | undefined;
  /** What else there is to say. */
  readonly remarks: readonly string[];
}

/**
 * Looks a title up, in text for a terminal or as JSON: the record of a link or id, the list of hits of a query.
 *
 * @throws BotError `lookup.no_such_source`, `lookup.wrong_link` and whatever the source throws.
 */
export async function answerLookup(
  app: Pick<App, "registry" | "lookup">,
  { source: command, query, json = false }: LookupArguments,
): Promise<LookupOutcome> {
  const sources = app.registry.items("sources");
  const source = findSource(sources, command);
  const { id, hint } = readQuestion(query, source, sources);
  const found =
    id === undefined
      ? await search(app.lookup, { source, query, json })
      : await details(app.lookup, { source, id, json });
  if (found !== undefined) return found;
  const next = hint ?? `Try: dramabot lookup ${source.command} ${source.example}`;
  return { output: undefined, remarks: [`${source.name} knows nothing like that. ${next}`] };
}

async function search(
  lookups: Lookup,
  { source, query, json }: { readonly source: Source; readonly query: string; readonly json: boolean },
): Promise<LookupOutcome | undefined> {
  const answer = await lookups.search(source, query, new AbortController().signal);
  const remarks = ageOf(source, answer);
  if (json) return { output: JSON.stringify(answer.record.map(shownHit), undefined, 2), remarks };
  const lines = answer.record.map(({ id, title, year, url }) =>
    [id, year === undefined ? title : `${title} (${year})`, url].map(oneTerminalLine).join("\t"),
  );
  return lines.length === 0 ? undefined : { output: lines.join("\n"), remarks };
}

/** The year stands there even when it is not known, so that every hit has the same shape. */
function shownHit({ id, title, year, url, ...rest }: SearchHit) {
  return { id, title, year: year ?? null, url, ...rest };
}

async function details(
  lookups: Lookup,
  { source, id, json }: { readonly source: Source; readonly id: string; readonly json: boolean },
): Promise<LookupOutcome | undefined> {
  const answer = await lookups.details(source, id, new AbortController().signal);
  if (answer === undefined) return undefined;
  const remarks = ageOf(source, answer);
  const { record } = answer;
  if (json) return { output: JSON.stringify(record, undefined, 2), remarks };
  const url = source.url(record);
  const text = visibleText(defaultCaption(source, record));
  return { output: forTerminal(text.includes(url) ? text : `${text}\n\n${url}`), remarks };
}

/** How old an answer is that stands in for a source that fails. */
function ageOf(source: Source, { stale, fetchedAt }: Answer<unknown>): readonly string[] {
  return stale ? [`${source.name} does not answer right now; this is ${age(Date.now() - fetchedAt)} old.`] : [];
}

function findSource(sources: readonly Source[], command: string): Source {
  const found = sources.find((candidate) => candidate.command === command.toLowerCase());
  if (found) return found;
  const known = sources.map((candidate) => candidate.command);
  const near = nearest(command, known);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const listed = sources.map(({ command: each, name }) => `${each} (${name})`).join(", ") || "none is running";
  throw new BotError("lookup.no_such_source", `There is no source "${command}".${hint} Sources: ${listed}.`);
}

interface Question {
  /** What a link or a bare id stands for; `undefined` for a query. */
  readonly id?: string;
  /** What to try when nothing is found. */
  readonly hint?: string;
}

/** @throws BotError `lookup.wrong_link` for links to no title of the source. */
function readQuestion(text: string, source: Source, sources: readonly Source[]): Question {
  const example = `Try: dramabot lookup ${source.command} ${source.example}`;
  const url = readUrl(text);
  if (url !== undefined) {
    const match = source.matchUrl(url);
    if (match?.kind === "title") return { id: match.id };
    const owner = sources.find((other) => orNothing(() => other.matchUrl(url)));
    if (owner === undefined || owner === source) {
      throw new BotError("lookup.wrong_link", `That link leads to no title of ${source.name}. ${example}`);
    }
    const title = owner.matchUrl(url)?.kind === "title";
    throw new BotError(
      "lookup.wrong_link",
      `That is a link to ${owner.name}, not to ${source.name}. Try: dramabot lookup ${owner.command} ${title ? url : owner.example}`,
    );
  }
  const id = source.matchId?.(text) ?? undefined;
  if (id !== undefined) return { id };
  const other = sources.find((candidate) => orNothing(() => candidate.matchId?.(text)));
  return other ? { hint: `That looks like an id of ${other.name}. Try: dramabot lookup ${other.command} ${text}` } : {};
}

/** A link, also one without `https://` as browsers show it. */
function readUrl(text: string): URL | undefined {
  const word = text.trim();
  if (/^https?:\/\//i.test(word)) return URL.parse(word) ?? undefined;
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/\S+$/i.test(word)
    ? (URL.parse(`https://${word}`) ?? undefined)
    : undefined;
}
