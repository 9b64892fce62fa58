import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BotError } from "../../../core/domain/errors.ts";
import { externalHttp } from "../../../core/http/external.ts";
import type { HttpClient } from "../../../core/plugin/http.ts";

const here = fileURLToPath(import.meta.url);

/** A client that notes what it was asked, and fails with an error if there is one. */
function client(error?: Error): HttpClient & { readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async (url: string | URL) => {
    asked.push(String(url));
    if (error) throw error;
    return { status: 200, headers: {}, url: String(url), bytes: new Uint8Array(), text: () => "", json: () => null };
  };
  return { asked, get: ask, post: ask };
}

test("samples answer in the place of every declared host, and of no other", async () => {
  const inner = client();
  const samples = "http://127.0.0.1:1/upstream/tv";
  const http = externalHttp(inner, {
    plugin: "tv",
    hosts: ["api.tv.example", "*.cdn.example"],
    files: [here],
    samples,
  });
  await http.get("https://api.tv.example/shows/1?embed[]=cast#top");
  await http.post(new URL("https://a.cdn.example/q"), {});
  await http.get(`${samples}/as/it/is`);
  assert.deepEqual(inner.asked, [`${samples}/shows/1?embed[]=cast`, `${samples}/q`, `${samples}/as/it/is`]);
  await assert.rejects(http.get("https://other.example/"), { code: "http.host_denied", plugin: "tv" });
  assert.equal(inner.asked.length, 3);
});

test("a host that was not declared is told with the file and line that asked for it, and what to do", async () => {
  const inner = client(
    new BotError("http.host_denied", "other.example is not among the hosts under permissions.http."),
  );
  const http = externalHttp(inner, { plugin: "tv", hosts: [], files: [here], samples: undefined });
  await assert.rejects(http.get("https://other.example/"), (error: Error) => {
    const [, line = ""] =
      /:(\d+): other\.example is not among the hosts under permissions\.http\. Add the host /.exec(error.message) ?? [];
    assert.ok(error.message.startsWith(`${here}:`) && Number(line) > 30, error.message);
    return true;
  });
});

test("other failures, and plugins that come with the program, are left as they are", async () => {
  const slow = new BotError("http.timeout", "too slow");
  const http = externalHttp(client(slow), { plugin: "tv", hosts: [], files: [here], samples: undefined });
  await assert.rejects(http.get("https://x.example/"), (error) => error === slow);
  const inner = client();
  assert.equal(externalHttp(inner, { plugin: "tv", hosts: [], files: undefined, samples: "http://a/" }), inner);
});
