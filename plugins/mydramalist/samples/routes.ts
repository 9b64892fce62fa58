import { readSlug } from "../links.ts";

/** What a request to the samples asks for. */
export type SampleRoute =
  | { readonly kind: "search"; readonly query: string; readonly json: boolean }
  | { readonly kind: "title"; readonly id: string; readonly json: boolean }
  | { readonly kind: "other"; readonly json: boolean };

/** Options that point both providers at the samples. */
export function optionsFor(base: string): Readonly<Record<string, unknown>> {
  return { apiUrl: `${base}/search/q/{}`, detailsUrl: `${base}/id/{}`, siteUrl: base };
}

/** Tells the JSON service's paths (`/search/q/x`, `/id/x`) from the site's (`/search?q=x`, `/x`). */
export function routeOf(request: Request): SampleRoute {
  const url = new URL(request.url);
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const [one, two, three] = parts.map(decode);
  if (one === "search" && two === "q") return { kind: "search", query: three ?? "", json: true };
  if (one === "search") return { kind: "search", query: url.searchParams.get("q") ?? "", json: false };
  if (one === "id") return { kind: "title", id: two ?? "", json: true };
  return parts.length === 1 ? { kind: "title", id: one ?? "", json: false } : { kind: "other", json: false };
}

/** Whether two slugs name one title: the number does, and the words behind it change with the title's name. */
export function isSameTitle(slug: string, other: string): boolean {
  const number = numberOf(other);
  return number !== undefined && numberOf(slug) === number;
}

function numberOf(slug: string): string | undefined {
  return readSlug(slug)?.split("-")[0];
}

/** An HTML answer. */
export function answerHtml(html: string, status = 200): Response {
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** A JSON answer. */
export function answerJson(value: unknown, status = 200): Response {
  return Response.json(value, { status });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign is part of what was typed
  }
}
