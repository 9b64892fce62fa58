import { Buffer } from "node:buffer";
import { at, bag } from "./json.ts";
import { mapTitle } from "./mapper.ts";
import { readNextData } from "./next-data.ts";
import type { TitleRecord } from "./record.ts";

/** What a page is when it holds no title. */
export type NoPage = "challenge" | "unreadable";

/** Reads a title's page, in a worker: cut, decoded, parsed and mapped there, so that only the record comes back. */
export function parseTitlePage(page: Uint8Array): TitleRecord | NoPage {
  const data = readNextData(page);
  if (data === undefined) return isChallenge(page) ? "challenge" : "unreadable";
  const props = at(data, "props.pageProps");
  const top = at(props, "aboveTheFoldData");
  const main = at(props, "mainColumnData");
  if (bag(top) === undefined && bag(main) === undefined) return "unreadable";
  return mapTitle(top, main) ?? "unreadable";
}

function isChallenge(page: Uint8Array): boolean {
  return /awsWaf|aws-waf|challenge\.js|captcha/i.test(Buffer.from(page).toString("latin1"));
}
