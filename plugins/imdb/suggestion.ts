import { BotError, type HttpClient } from "dramabot/plugin";
import { refuseChallenge } from "./challenge.ts";
import { hitsOf } from "./hits.ts";
import { at, word } from "./json.ts";
import type { SearchProvider } from "./provider.ts";

/** Where the suggestion API answers. */
export interface SuggestionProviderOptions {
  readonly http: HttpClient;
  /** In front of `/x/{q}.json`. */
  readonly suggestionUrl: string;
}

/** What kinds are called in the answers, in the card's words. */
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({ feature: "Movie", short: "Short", video: "Video" }),
);

/** IMDb's suggestion API: at most 8 hits, best first. */
export function suggestionProvider({ http, suggestionUrl }: SuggestionProviderOptions): SearchProvider {
  const base = suggestionUrl.replace(/\/+$/, "");
  return {
    name: "suggestion",
    async search(query, call) {
      const response = await http.get(`${base}/x/${encodeURIComponent(query.toWellFormed())}.json?includeVideos=0`, {
        ...call,
        accept: [400, 404],
        maxBytes: 512 * 1024,
      });
      refuseChallenge(response, "IMDb's search");
      // Its answer to words it cannot search for: nothing is found then.
      if (response.status === 400) return [];
      if (response.status === 404) {
        throw new BotError("http.unexpected_answer", "There is no search at IMDB_SUGGESTION_URL. Check that URL.");
      }
      const answer = response.json();
      // Without hits `d` may be empty, null or missing; `v` tells that answer from any other.
      const found = at(answer, "d") ?? (at(answer, "v") === undefined ? undefined : []);
      const hits = Array.isArray(found) ? hitsOf(found.map(rawHit)) : undefined;
      if (hits === undefined) {
        throw new BotError("http.unexpected_answer", "IMDb's search answered in an unknown form. Look for an update.");
      }
      return hits;
    },
  };
}

function rawHit(item: unknown) {
  const kind = word(at(item, "q"));
  return {
    id: at(item, "id"),
    title: at(item, "l"),
    year: at(item, "y"),
    kind: kind === undefined ? undefined : (KINDS.get(kind) ?? kind),
    picture: at(item, "i.imageUrl"),
  };
}
