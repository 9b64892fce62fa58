import { selectAll, selectOne } from "css-select";
import { type AnyNode, type Document, type Element, isTag, isText } from "domhandler";
import { parseDocument } from "htmlparser2";
import { collapse } from "../text.ts";

/** A place to search in. */
export type Scope = Document | Element;

/** What a page turned out to be when it is not the one asked for. */
export type NoPage = "challenge" | "unreadable";

/** Parses a page; broken and cut markup gives what can be had. */
export function parsePage(html: string): Document {
  return parseDocument(html);
}

/** All elements that match, in the page's order. */
export function all(selector: string, scope: Scope): Element[] {
  return selectAll<AnyNode, Element>(selector, scope);
}

/** The first element that matches. */
export function first(selector: string, scope: Scope): Element | undefined {
  return selectOne<AnyNode, Element>(selector, scope) ?? undefined;
}

/** Visible text with white space collapsed; `without` elements and scripts are left out. */
export function textOf(node: AnyNode | undefined, without: readonly Element[] = []): string {
  return node === undefined ? "" : collapse(gather(node, without));
}

/** An attribute, trimmed; `undefined` when it is missing or empty. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attribs[name]?.trim() || undefined;
}

/** The picture of a lazy `<img>`: `data-src` holds it until it was scrolled to. */
export function pictureOf(image: Element | undefined): string | undefined {
  return attribute(image, "data-src") ?? attribute(image, "src");
}

/** Text in which a server left entities (`&#8230;`), as in the site's JSON-LD. */
export function decodeEntities(text: string): string {
  if (!/&(?:#\d+|#x[\da-f]+|[a-z]+\d*);/i.test(text)) return text;
  return gather(parseDocument(text.replaceAll("<", "&lt;")), []);
}

/** Tells a Cloudflare challenge, sent with status 200, from a page that merely lacks what was sought. */
export function nameOfNoPage(page: Document): NoPage {
  const title = textOf(first("title", page));
  return /^just a moment|attention required|checking your browser/i.test(title) || first("#challenge-form", page)
    ? "challenge"
    : "unreadable";
}

function gather(node: AnyNode, without: readonly Element[]): string {
  if (isText(node)) return node.data;
  if (isTag(node)) {
    if (node.name === "br") return " ";
    if (node.name === "script" || node.name === "style" || without.includes(node)) return "";
  }
  return "children" in node ? node.children.map((child) => gather(child, without)).join("") : "";
}
