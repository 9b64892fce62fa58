import { at } from "../json.ts";

/** What a request to the samples asks for. */
export type SampleRoute =
  | { readonly kind: "search"; readonly query: string; readonly by: "suggestion" | "graphql" }
  | { readonly kind: "graphql"; readonly id: string }
  | { readonly kind: "page"; readonly id: string }
  | { readonly kind: "other" };

/** Options that point all three upstreams at the samples. */
export function optionsFor(base: string): Readonly<Record<string, unknown>> {
  return { suggestionUrl: `${base}/suggestion`, siteUrl: base, graphqlUrl: `${base}/graphql` };
}

/** Tells `/suggestion/x/{q}.json`, `/title/tt…/reference` and a POST to `/graphql` apart. */
export async function routeOf(request: Request): Promise<SampleRoute> {
  const { pathname } = new URL(request.url);
  const search = pathname.match(/\/suggestion\/(?:titles\/)?x\/(.*)\.json$/);
  if (search) return { kind: "search", query: decode(search[1] ?? ""), by: "suggestion" };
  const page = pathname.match(/\/title\/(tt\d{7,10})(?:\/reference)?\/?$/);
  if (page) return { kind: "page", id: page[1] ?? "" };
  if (!pathname.endsWith("/graphql") || request.method !== "POST") return { kind: "other" };
  const body = parse(await request.text());
  const term = at(body, "variables.term");
  if (typeof term === "string") return { kind: "search", query: term, by: "graphql" };
  const id = at(body, "variables.id");
  return typeof id === "string" ? { kind: "graphql", id } : { kind: "other" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: what the plugin never sends, so an unknown request like any other
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign is part of what was typed
  }
}
