import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import plugin from "../../../plugins/mydramalist/index.ts";
import { options } from "../../../plugins/mydramalist/options.ts";

test("without options the public instance and the site are asked, in this order", () => {
  assert.deepEqual(v.parse(options, {}), {
    apiUrl: "https://kuryana.tbdh.app/search/q/{}",
    detailsUrl: "https://kuryana.tbdh.app/id/{}",
    siteUrl: "https://mydramalist.com",
    providers: ["json", "site"],
    fullCast: false,
  });
});

test("providers may be a list or a text with commas, in any order", () => {
  for (const [given, wanted] of [
    ["site,json", ["site", "json"]],
    [" JSON ", ["json"]],
    [["site"], ["site"]],
    ["site,site", ["site"]],
  ]) {
    assert.deepEqual(v.parse(options, { providers: given }).providers, wanted);
  }
  for (const wrong of ["", ",", "web", ["json", "x"], 1])
    assert.ok(!v.is(options, { providers: wrong }), String(wrong));
});

test("a URL to fill in holds exactly one {}", () => {
  for (const name of ["apiUrl", "detailsUrl"]) {
    assert.ok(v.is(options, { [name]: "http://127.0.0.1:8080/x/{}?y=1" }));
    for (const wrong of ["https://a.test/x", "https://a.test/{}/{}", "a.test/{}", "ftp://a.test/{}", "", 7]) {
      assert.ok(!v.is(options, { [name]: wrong }), String(wrong));
    }
  }
});

test("the predecessor's variables are known by both their names", () => {
  assert.deepEqual(plugin.env?.apiUrl, ["MYDRAMALIST_API_URL", "API_URL"]);
  assert.deepEqual(plugin.env?.detailsUrl, ["MYDRAMALIST_DETAILS_URL", "DETAILS_API_URL"]);
  assert.equal(plugin.env?.siteUrl, "MYDRAMALIST_SITE_URL");
  assert.equal(plugin.env?.providers, "MYDRAMALIST_PROVIDERS");
});
