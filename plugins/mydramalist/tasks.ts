import type { RawHit, RawTitle } from "./normalise.ts";
import { readCastPage } from "./page/cast.ts";
import type { NoPage } from "./page/dom.ts";
import { readSearchPage } from "./page/search.ts";
import { readTitlePage } from "./page/title.ts";
import type { CastMember } from "./record.ts";

const utf8 = new TextDecoder();

/** Reads a search page, in a worker. */
export function parseSearchPage(page: Uint8Array): readonly RawHit[] | NoPage {
  return readSearchPage(utf8.decode(page));
}

/** Reads a title's page, in a worker. */
export function parseTitlePage(page: Uint8Array): RawTitle | NoPage {
  return readTitlePage(utf8.decode(page));
}

/** Reads a title's cast page, in a worker. */
export function parseCastPage(page: Uint8Array): readonly CastMember[] | NoPage {
  return readCastPage(utf8.decode(page));
}
