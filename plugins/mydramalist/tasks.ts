import type { RawHit, RawTitle } from "./normalise.ts";
import { readCastPage } from "./page/cast.ts";
import type { NoPage } from "./page/dom.ts";
import { readSearchPage } from "./page/search.ts";
import { readTitlePage } from "./page/title.ts";
import type { CastMember } from "./record.ts";

/** Reads a search page, in a worker. */
export function parseSearchPage(html: string): readonly RawHit[] | NoPage {
  return readSearchPage(html);
}

/** Reads a title's page, in a worker. */
export function parseTitlePage(html: string): RawTitle | NoPage {
  return readTitlePage(html);
}

/** Reads a title's cast page, in a worker. */
export function parseCastPage(html: string): readonly CastMember[] | NoPage {
  return readCastPage(html);
}
