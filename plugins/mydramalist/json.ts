import { BotError, type HttpClient, type SearchHit } from "dramabot/plugin";
import * as v from "valibot";
import { titleOfAnswer } from "./json-title.ts";
import { normaliseHits, normaliseTitle } from "./normalise.ts";
import type { Provider } from "./provider.ts";

/** Where the JSON service answers; each URL holds one `{}`. */
export interface JsonProviderOptions {
  readonly http: HttpClient;
  readonly apiUrl: string;
  readonly detailsUrl: string;
}

const scalar = v.nullish(v.union([v.string(), v.number(), v.boolean()]));

const failure = v.object({ error: v.literal(true), code: v.optional(v.union([v.number(), v.string()])) });

const searchAnswer = v.object({ results: v.object({ dramas: v.array(v.unknown()) }) });

const searchItem = v.object({
  slug: v.pipe(v.string(), v.regex(/^\d{1,9}(?:-[a-z0-9-]*)?$/i)),
  title: v.string(),
  thumb: v.nullish(v.string()),
  type: v.nullish(v.string()),
  year: scalar,
});

/** A kuryana-compatible JSON service. */
export function jsonProvider(options: JsonProviderOptions): Provider {
  return {
    name: "json",
    async search(query, call): Promise<readonly SearchHit[]> {
      // 404 is looked at: the service's own "nothing found" differs from a base URL that leads nowhere.
      const response = await options.http.get(fill(options.apiUrl, query), { ...call, accept: [404] });
      const answer = response.json();
      if (isNotFound(answer)) return [];
      const parsed = v.safeParse(searchAnswer, answer);
      if (!parsed.success) throw unreadable("search");
      const items = parsed.output.results.dramas.map((item) => v.safeParse(searchItem, item));
      const good = items.flatMap((item) => (item.success ? [item.output] : []));
      if (good.length === 0 && items.length > 0) throw unreadable("search");
      return normaliseHits(
        good.map(({ slug, title, year, type, thumb }) => ({
          slug,
          title,
          year: String(year ?? ""),
          kind: type ?? undefined,
          thumbnail: thumb ?? undefined,
        })),
      );
    },
    async details(id, call) {
      const response = await options.http.get(fill(options.detailsUrl, id), call).catch((error: unknown) => {
        if (error instanceof BotError && error.code === "http.not_found") return undefined;
        throw error;
      });
      if (response === undefined) return undefined;
      const answer = response.json();
      if (isNotFound(answer)) return undefined;
      const raw = titleOfAnswer(answer, id);
      if (raw === undefined) throw unreadable("details");
      return normaliseTitle(raw);
    },
  };
}

/** @throws BotError for errors that the service reports with status 200, but for "not found". */
function isNotFound(answer: unknown): boolean {
  const parsed = v.safeParse(failure, answer);
  if (!parsed.success) return false;
  const status = Number(parsed.output.code);
  if (status === 404) return true;
  const code = status === 429 ? "http.rate_limited" : [401, 403, 451].includes(status) ? "http.blocked" : undefined;
  throw new BotError(
    code ?? "http.unexpected_answer",
    `The MyDramaList JSON service reports an error${Number.isFinite(status) ? ` (${status})` : ""}. Try again later, or choose another provider.`,
    Number.isFinite(status) ? { status } : {},
  );
}

function fill(template: string, value: string): string {
  return template.replace("{}", () => encodeURIComponent(value.toWellFormed()));
}

function unreadable(what: string): BotError {
  return new BotError(
    "http.unexpected_answer",
    `The MyDramaList JSON service gave a ${what} answer of an unknown form. Check that the URL leads to a kuryana-compatible service.`,
  );
}
