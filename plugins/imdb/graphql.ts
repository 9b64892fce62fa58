import { BotError, type HttpClient } from "../../core/plugin/index.ts";
import { at, bag, items, word } from "./json.ts";
import { mapTitle } from "./mapper.ts";
import type { Provider, ProviderCall } from "./provider.ts";
import { SHORT_QUERY, TITLE_QUERY } from "./query.ts";

/** Where the GraphQL API answers. */
export interface GraphqlProviderOptions {
  readonly http: HttpClient;
  readonly graphqlUrl: string;
}

/** Without it the API answers 403. */
const HEADERS = { referer: "https://www.imdb.com/", accept: "application/json" };

/** IMDb's GraphQL API. When it refuses a key of the large query, a short one is asked. */
export function graphqlProvider({ http, graphqlUrl }: GraphqlProviderOptions): Provider {
  async function ask(query: string, id: string, call: ProviderCall): Promise<unknown> {
    const body = { query, variables: { id } };
    const response = await http.post(graphqlUrl, body, {
      ...call,
      headers: HEADERS,
      accept: [400],
      maxBytes: 2 * 1024 * 1024,
    });
    if (response.status === 202 || response.headers["x-amzn-waf-action"] !== undefined) {
      throw new BotError("http.blocked", "IMDb's API wants a browser check. Choose another provider.");
    }
    return response.json();
  }

  return {
    name: "graphql",
    async details(id, call) {
      let answer = await ask(TITLE_QUERY, id, call);
      if (isRefusedQuery(answer)) answer = await ask(SHORT_QUERY, id, call);
      const title = at(answer, "data.title");
      if (title === null && items(at(answer, "errors")).every(saysNotFound)) return undefined;
      if (bag(title) === undefined) throw failure(answer);
      // A title that does not exist may come back as an object in which nothing but the id is set.
      if (at(title, "titleText") === null && at(title, "titleType") === null) return undefined;
      const record = mapTitle(title, title);
      if (record === undefined) throw failure(answer);
      return record;
    },
  };
}

/** The answer to a query that is not valid holds errors and no data. */
function isRefusedQuery(answer: unknown): boolean {
  const errors = items(at(answer, "errors"));
  const data = at(answer, "data");
  const validation = /validation|cannot query|unknown (?:argument|type|field)/i;
  const named = errors.some((error) =>
    validation.test(`${word(at(error, "extensions.code")) ?? ""} ${word(at(error, "message")) ?? ""}`),
  );
  return named && (data === undefined || data === null);
}

function saysNotFound(error: unknown): boolean {
  return /not.?found|does not exist/i.test(
    `${word(at(error, "extensions.code")) ?? ""} ${word(at(error, "message")) ?? ""}`,
  );
}

function failure(answer: unknown): BotError {
  const message = word(at(items(at(answer, "errors"))[0], "message"))?.slice(0, 200);
  if (message !== undefined && /rate|throttl|too many/i.test(message)) {
    return new BotError("http.rate_limited", "IMDb's API asks for fewer calls. Try again later.");
  }
  return new BotError(
    "http.unexpected_answer",
    `IMDb's API answered without a title${message === undefined ? "" : ` ("${message}")`}. Look for an update, or choose another provider.`,
  );
}
