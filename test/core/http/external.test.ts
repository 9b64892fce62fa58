import assert from "node:assert/strict";
import { join } from "node:path";
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

const denied = new BotError("http.host_denied", "other.example is not among the hosts under permissions.http.");
const rest =
  "other.example is not among the hosts under permissions.http. Add the host to permissions.http in definePlugin({ … }).";

test("a host that was not declared is told with the file and line that asked for it, once, and what to do", async () => {
  for (const [files, from, shown] of [
    [[here], "http/external.test.ts", "http/external.test.ts"],
    [[join(here, "../index.ts"), here], "http/index.ts", "http/external.test.ts"],
    [["/elsewhere/index.ts", here], "plugins/index.ts", here],
    [[here], here, here],
    [[here], undefined, here],
  ] as const) {
    const http = externalHttp(client(denied), { plugin: "tv", hosts: [], files, from, samples: undefined });
    await assert.rejects(http.get("https://other.example/"), (error: Error) => {
      const [, path, line] = /^(.*?):(\d+): (.*)$/.exec(error.message) ?? [];
      assert.deepEqual([path, error.message], [shown, `${shown}:${line}: ${rest}`]);
      assert.ok(Number(line) > 30, line);
      return true;
    });
  }
  const unseen = { plugin: "tv", hosts: [], files: ["/elsewhere/index.ts"], from: "plugins/tv.ts", samples: undefined };
  await assert.rejects(externalHttp(client(denied), unseen).get("https://other.example/"), {
    message: `plugins/tv.ts: ${rest}`,
  });
});

test("what no declaration would allow is told without that advice", async () => {
  const inner = client(new BotError("http.host_denied", "Only http and https are called, not ftp:"));
  const http = externalHttp(inner, { plugin: "tv", hosts: [], files: [here], from: "tv.ts", samples: undefined });
  await assert.rejects(http.get("ftp://other.example/"), {
    message: /^\S+:\d+: Only http and https are called, not ftp\. Mend it there\.$/,
  });
});

test("other failures, and plugins that come with the program, are left as they are", async () => {
  const slow = new BotError("http.timeout", "too slow");
  const http = externalHttp(client(slow), { plugin: "tv", hosts: [], files: [here], samples: undefined });
  await assert.rejects(http.get("https://x.example/"), (error) => error === slow);
  const inner = client();
  assert.equal(externalHttp(inner, { plugin: "tv", hosts: [], files: undefined, samples: "http://a/" }), inner);
});
