import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import plugin from "../../../plugins/imdb/index.ts";
import { options } from "../../../plugins/imdb/options.ts";
import { BASE } from "../stage.ts";
import { stage, upstreams } from "./stage.ts";

test("without options IMDb's own addresses are asked, GraphQL before the pages", () => {
  assert.deepEqual(v.parse(options, {}), {
    suggestionUrl: "https://v3.sg.media-imdb.com/suggestion",
    siteUrl: "https://www.imdb.com",
    graphqlUrl: "https://api.graphql.imdb.com/",
    providers: ["graphql", "page"],
  });
});

test("the hosts of these addresses, and no others, are declared", () => {
  const { suggestionUrl, siteUrl, graphqlUrl } = v.parse(options, {});
  const hosts = [suggestionUrl, siteUrl, graphqlUrl].map((url) => new URL(url).host);
  assert.deepEqual(plugin.permissions?.http, hosts);
});

test("providers may be a list or a text with commas, in any order", () => {
  for (const [given, wanted] of [
    ["page,graphql", ["page", "graphql"]],
    [" GraphQL ", ["graphql"]],
    [["page"], ["page"]],
    ["page,page,", ["page"]],
  ]) {
    assert.deepEqual(v.parse(options, { providers: given }).providers, wanted);
  }
  for (const wrong of ["", ",", "suggestion", "omdb", ["page", "x"], 1, {}]) {
    assert.ok(!v.is(options, { providers: wrong }), JSON.stringify(wrong));
  }
});

test("base URLs are web addresses", () => {
  for (const name of ["suggestionUrl", "siteUrl", "graphqlUrl"]) {
    assert.ok(v.is(options, { [name]: "http://127.0.0.1:8080/x" }));
    for (const wrong of ["www.imdb.com", "ftp://www.imdb.com", "", 7, null]) {
      assert.ok(!v.is(options, { [name]: wrong }), `${name} ${wrong}`);
    }
  }
  assert.ok(!v.is(options, { apiKey: "x" }), "an unknown option went unnoticed");
});

test("slashes at the end of a base URL change nothing", async () => {
  const settings = { suggestionUrl: `${BASE}/suggestion//`, siteUrl: `${BASE}/`, providers: "page" };
  const { source, call, asked } = await stage(upstreams({ suggestion: '{"d":[],"v":1}', page: 404 }), settings);
  await source.search("x", call);
  await source.details("tt0133093", call);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ["/suggestion/x/x.json?includeVideos=0", "/title/tt0133093/reference"],
  );
});

test("each option has its environment variable", () => {
  assert.deepEqual(plugin.env, {
    suggestionUrl: "IMDB_SUGGESTION_URL",
    siteUrl: "IMDB_SITE_URL",
    graphqlUrl: "IMDB_GRAPHQL_URL",
    providers: "IMDB_PROVIDERS",
  });
});

test("the plugin says at its start what IMDb's terms are", () => {
  assert.match(plugin.notice ?? "", /not allowed.*plugins\/imdb\/README\.md/);
});
