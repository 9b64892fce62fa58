import plugin from "../../../plugins/imdb/index.ts";
import type { TitleRecord } from "../../../plugins/imdb/record.ts";
import * as tasks from "../../../plugins/imdb/tasks.ts";
import { type Asked, BASE, capturedAnswer, type FakeAnswer, type Stage, setUp, type Upstream } from "../stage.ts";

const options = { suggestionUrl: `${BASE}/suggestion`, siteUrl: BASE, graphqlUrl: `${BASE}/graphql` };

/** Sets the plugin up against a function, or against samples. */
export function stage(
  upstream: Upstream,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stage<TitleRecord>> {
  return setUp<TitleRecord, NonNullable<typeof plugin.options>>({ plugin, tasks, options }, upstream, settings);
}

/** Each upstream answers for itself. */
export function upstreams(answers: {
  readonly suggestion?: FakeAnswer;
  readonly graphql?: FakeAnswer | ((asked: Asked) => FakeAnswer);
  readonly page?: FakeAnswer;
}): (asked: Asked) => FakeAnswer {
  const { suggestion = 500, graphql = 500, page = 500 } = answers;
  return (asked) => {
    if (asked.path.startsWith("/suggestion/")) return suggestion;
    if (asked.path === "/graphql") return typeof graphql === "function" ? graphql(asked) : graphql;
    return page;
  };
}

/** What the parser makes of a page. */
export function readPage(html: string): ReturnType<typeof tasks.parseTitlePage> {
  return tasks.parseTitlePage(new TextEncoder().encode(html));
}

/** A captured answer. */
export function captured(name: string): string {
  return capturedAnswer(`imdb/${name}`);
}

/** What IMDb answers to a bot that it refuses. */
export const challenge: FakeAnswer = { status: 202, body: "", headers: { "x-amzn-waf-action": "challenge" } };
