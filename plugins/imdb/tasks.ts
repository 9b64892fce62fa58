import { at, bag } from "./json.ts";
import { mapTitle } from "./mapper.ts";
import type { TitleRecord } from "./record.ts";

/** What a page is when it holds no title. */
export type NoPage = "challenge" | "unreadable";

/** Cuts `__NEXT_DATA__` out of a page by index and maps it, in a worker: no DOM is ever built of 1 MB. */
export function parseTitlePage(html: string): TitleRecord | NoPage {
  const marker = html.indexOf('id="__NEXT_DATA__"');
  const start = marker < 0 ? -1 : html.indexOf(">", marker) + 1;
  const end = start <= 0 ? -1 : html.indexOf("</script>", start);
  if (start <= 0 || end < 0) return /awsWaf|aws-waf|challenge\.js|captcha/i.test(html) ? "challenge" : "unreadable";
  let data: unknown;
  try {
    data = JSON.parse(html.slice(start, end));
  } catch {
    return "unreadable"; // cut on its way, or of a new form
  }
  const props = at(data, "props.pageProps");
  const top = at(props, "aboveTheFoldData");
  const main = at(props, "mainColumnData");
  if (bag(top) === undefined && bag(main) === undefined) return "unreadable";
  return mapTitle(top, main) ?? "unreadable";
}
