import { BotError, type HttpClient, type UpstreamCall } from "dramabot/plugin";
import { refuseChallenge } from "./challenge.ts";
import { hitsOf } from "./hits.ts";
import { at, items, word } from "./json.ts";
import { mapTitle } from "./mapper.ts";
import type { DetailsProvider, SearchProvider } from "./provider.ts";
import { SEARCH_QUERY, SHORT_QUERY, TITLE_QUERY } from "./query.ts";

/** Where the GraphQL API answers. */
export interface GraphqlProviderOptions {
  readonly http: HttpClient;
  readonly graphqlUrl: string;
}

/** Without the referer the API answers 403. */
const HEADERS = { referer: "https://www.imdb.com/", accept: "application/json" };

/** Largest answer taken, in bytes. */
const MAX_ANSWER = 2 * 1024 * 1024;

/** What is sent: what people typed and pressed travels in the variables alone. */
interface Inquiry {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** IMDb's GraphQL API. When it refuses a key of the large title query, a short one is asked. */
export function graphqlProvider({
  http,
  graphqlUrl,
}: GraphqlProviderOptions): DetailsProvider & SearchProvider & { readonly name: "graphql" } {
  async function ask(inquiry: Inquiry, call: UpstreamCall): Promise<unknown> {
    const response = await http.post(graphqlUrl, inquiry, {
      ...call,
      headers: HEADERS,
      accept: [400, 404], // 400 holds the reasons why a query was refused
      maxBytes: MAX_ANSWER,
    });
    refuseChallenge(response, "IMDb's API");
    if (response.status === 404) {
      throw new BotError("http.unexpected_answer", "There is no API at IMDB_GRAPHQL_URL. Check that URL.");
    }
    return response.json();
  }

  return {
    name: "graphql",
    async search(query, call) {
      const answer = await ask({ query: SEARCH_QUERY, variables: { term: query.toWellFormed() } }, call);
      const found = at(answer, "data.mainSearch.edges");
      const hits = Array.isArray(found) ? hitsOf(found.map(rawHit)) : undefined;
      if (hits === undefined) throw failure(answer, "results");
      return hits;
    },
    async details(id, call) {
      const variables = { id };
      let answer = await ask({ query: TITLE_QUERY, variables }, call);
      if (isRefusedQuery(answer)) answer = await ask({ query: SHORT_QUERY, variables }, call);
      const title = at(answer, "data.title");
      if (title === null && errorsOf(answer).every((said) => /not.?found|does not exist/i.test(said))) return undefined;
      // A title that does not exist may come back as an object in which nothing but the id is set.
      if (at(title, "titleText") === null && at(title, "titleType") === null) return undefined;
      const record = mapTitle(title, title);
      if (record === undefined) throw failure(answer, "a title");
      return record;
    },
  };
}

function rawHit(edge: unknown) {
  const entity = at(edge, "node.entity");
  return {
    id: at(entity, "id"),
    title: at(entity, "titleText.text") ?? at(entity, "originalTitleText.text"),
    year: at(entity, "releaseYear.year"),
    kind: at(entity, "titleType.text"),
    picture: at(entity, "primaryImage.url"),
  };
}

/** Code and message of each error that an answer reports, whatever its status. */
function errorsOf(answer: unknown): readonly string[] {
  return items(at(answer, "errors")).map((error) =>
    [word(at(error, "extensions.code")), word(at(error, "message"))].filter((part) => part !== undefined).join(": "),
  );
}

/** The answer to a query that is not valid holds errors and no data. */
function isRefusedQuery(answer: unknown): boolean {
  const data = at(answer, "data") ?? null;
  const invalid = /validation|cannot query|unknown (?:argument|type|field)/i;
  return data === null && errorsOf(answer).some((said) => invalid.test(said));
}

function failure(answer: unknown, wanted: string): BotError {
  const said = errorsOf(answer).join("; ").slice(0, 200);
  if (/\brate.?limit|throttl|too.many.requests/i.test(said)) {
    return new BotError("http.rate_limited", "IMDb's API asks for fewer calls. Try again later.");
  }
  if (/forbidden|unauthori[sz]ed|unauthenticated|(?:access|permission).denied/i.test(said)) {
    return new BotError("http.blocked", `IMDb's API refuses this bot ("${said}"). Choose another provider.`);
  }
  return new BotError(
    "http.unexpected_answer",
    `IMDb's API answered without ${wanted}${said === "" ? "" : ` ("${said}")`}. Look for an update, or choose another provider.`,
  );
}
