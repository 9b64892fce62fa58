import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createApp } from "../../core/app.ts";
import { use } from "../../core/config/define.ts";
import { loadConfiguration } from "../../core/config/load.ts";
import { defaultCaption } from "../../core/domain/card.ts";
import { createPlayground } from "../../core/playground/index.ts";
import { createLog } from "../../core/telemetry/log.ts";
import tvmaze from "../../examples/plugins/tvmaze.ts";

const CAPTURED = fileURLToPath(new URL("../../../shared/fixtures/tvmaze", import.meta.url));
const uncaptured = existsSync(CAPTURED) ? false : "the captured answers (../shared/fixtures) are not here";

test("it is self-contained: it imports the plugin API and valibot alone", () => {
  const text = readFileSync(new URL("../../examples/plugins/tvmaze.ts", import.meta.url), "utf8");
  const names = [...text.matchAll(/\bfrom "([^"]+)"|\bimport\(\s*"([^"]+)"/g)].map(([, one, two]) => one ?? two);
  assert.deepEqual(names.sort(), ["dramabot/plugin", "valibot"]);
});

test("captured answers become hits and a card that credits the source", { skip: uncaptured }, async (t) => {
  const answers: Readonly<Record<string, string>> = {
    "/tv/search/shows?q=girls": "search_shows_girls_KTF01.json",
    "/tv/shows/13?embed[]=episodes&embed[]=cast": "shows_13_embed-seasons_20200112.json",
  };
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  desk.mount("/tv", (request) => {
    const { pathname, search } = new URL(request.url);
    const name = answers[`${pathname.startsWith("/tv") ? "" : "/tv"}${pathname}${decodeURIComponent(search)}`];
    return name === undefined
      ? Response.json({ status: 404 }, { status: 404 })
      : new Response(readFileSync(`${CAPTURED}/${name}`), { headers: { "content-type": "application/json" } });
  });
  const configuration = loadConfiguration({
    config: { plugins: [use(tvmaze)] },
    environment: { TVMAZE_URL: `${desk.url}/tv/` },
  });
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const app = await createApp({ configuration, log, version: "0.0.0" });
  t.after(() => app.dispose());
  const [source] = app.registry.items("sources");
  assert.ok(source);
  const call = { signal: t.signal, servedBy: () => undefined };
  const hits = await source.search("girls", call);
  assert.equal(hits.length, 10);
  assert.deepEqual(hits[0], {
    id: "139",
    title: "Girls",
    year: 2012,
    url: "https://www.tvmaze.com/shows/139/girls",
    kind: "Scripted",
  });
  const record = await source.details("13", call);
  assert.equal(source.isRecord(record), true);
  assert.equal(source.poster(record), "https://static.tvmaze.com/uploads/images/original_untouched/210/527217.jpg");
  const caption = defaultCaption(source, record);
  assert.match(
    caption,
    /^<b>The Flash \(2014\)<\/b>\n<b>Rating:<\/b> 7\.9\n<b>Genres:<\/b> Drama, Action, Science-Fiction\n/,
  );
  assert.match(caption, /After a particle accelerator causes a freak storm, CSI Investigator Barry Allen/);
  assert.match(caption, /<a href="https:\/\/www\.tvmaze\.com\/shows\/13\/the-flash">TVmaze<\/a> \(CC BY-SA\)$/);
  assert.equal(await source.details("14", call), undefined);
});
