import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createHttp, type HttpCallInfo } from "../../../core/http/client.ts";
import type { HttpClient } from "../../../core/plugin/http.ts";
import { serve, serveRaw } from "./servers.ts";

const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawXY";

function open(t: TestContext, operatorOrigins: string[], { timeout = 2000, hosts = [] as string[] } = {}) {
  const calls: HttpCallInfo[] = [];
  const http = createHttp({ connections: 5, timeout, onCall: (info) => calls.push(info) });
  t.after(() => http.dispose());
  const client: HttpClient = http.forPlugin("test", { hosts, operatorOrigins });
  return { http, client, calls };
}

test("a call gives status, lower-case headers, text and JSON", async (t) => {
  const origin = await serve(t, (request, response) => {
    response.setHeader("X-Thing", ["a", "b"]);
    response.end(JSON.stringify({ path: request.url, agent: request.headers["user-agent"] }));
  });
  const { client, calls } = open(t, [origin]);
  const answer = await client.get(`${origin}/a?b=c`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["x-thing"], "a, b");
  assert.equal(answer.url, `${origin}/a?b=c`);
  assert.match(answer.text(), /"\/a\?b=c"/);
  assert.match(JSON.stringify(answer.json()), /dramabot/);
  assert.deepEqual(
    calls.map(({ plugin, host, code }) => ({ plugin, host, code })),
    [{ plugin: "test", host: origin.slice(7), code: "ok" }],
  );
});

test("a call that has no connection yet ends at its deadline and with its signal, too", async (t) => {
  // Nobody answers the greeting of TLS.
  const controller = new AbortController();
  const origin = (await serveRaw(t, () => controller.abort())).replace("http:", "https:");
  const { client } = open(t, [origin], { timeout: 30_000 });
  const begun = performance.now();
  await assert.rejects(client.get(origin, { signal: controller.signal }), { code: "http.aborted" });
  await assert.rejects(client.get(origin, { timeout: 50 }), { code: "http.timeout" });
  await assert.rejects(client.post(origin, {}, { timeout: 50 }), { code: "http.timeout" });
  assert.ok(performance.now() - begun < 5_000);
});

test("a post sends JSON", async (t) => {
  const origin = await serve(t, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    response.end(JSON.stringify({ type: request.headers["content-type"], body, method: request.method }));
  });
  const { client } = open(t, [origin]);
  const answer = (await client.post(origin, { query: "é" })).json();
  assert.deepEqual(answer, { type: "application/json", body: '{"query":"é"}', method: "POST" });
});

for (const [encoding, pack] of [
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["deflate", deflateSync],
] as const) {
  test(`an answer in ${encoding} is decompressed, and the cap counts what comes out`, async (t) => {
    const packed = pack(Buffer.alloc(1_000_000, "a"));
    const origin = await serve(t, (_, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(packed);
    });
    const { client } = open(t, [origin]);
    assert.equal((await client.get(origin)).bytes.byteLength, 1_000_000);
    await assert.rejects(client.get(origin, { maxBytes: 999_999 }), { code: "http.too_large", plugin: "test" });
  });

  test(`a damaged or cut body in ${encoding} is an unexpected answer`, async (t) => {
    const packed = pack(Buffer.from("some text that is long enough to be cut in two"));
    const origin = await serve(t, (request, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(request.url === "/cut" ? packed.subarray(0, -8) : Buffer.from("no such thing as compression"));
    });
    const { client } = open(t, [origin]);
    await assert.rejects(client.get(`${origin}/cut`), { code: "http.unexpected_answer" });
    await assert.rejects(client.get(`${origin}/damaged`), { code: "http.unexpected_answer" });
  });
}

test("an unknown encoding is an unexpected answer", async (t) => {
  const origin = await serve(t, (_, response) => {
    response.setHeader("content-encoding", "constructor");
    response.end("x");
  });
  await assert.rejects(open(t, [origin]).client.get(origin), { code: "http.unexpected_answer" });
});

test("a huge answer is refused, announced or not", async (t) => {
  const origin = await serve(t, (request, response) => {
    if (request.url === "/announced") response.setHeader("content-length", 50_000_000);
    response.on("error", () => undefined);
    for (let i = 0; i < 50 && !response.destroyed; i++) response.write(Buffer.alloc(1_000_000));
    response.end();
  });
  const { client, calls } = open(t, [origin]);
  await assert.rejects(client.get(`${origin}/announced`), { code: "http.too_large" });
  await assert.rejects(client.get(`${origin}/chunked`), { code: "http.too_large" });
  assert.deepEqual(
    calls.map(({ code }) => code),
    ["http.too_large", "http.too_large"],
  );
});

test("an answer that never comes, and one that drips, end at the deadline", async (t) => {
  const origin = await serve(t, (request, response) => {
    if (request.url === "/never") return;
    const timer = setInterval(() => response.write("."), 10);
    response.on("close", () => clearInterval(timer));
  });
  const { client } = open(t, [origin]);
  await assert.rejects(client.get(`${origin}/never`, { timeout: 60 }), { code: "http.timeout", plugin: "test" });
  await assert.rejects(client.get(`${origin}/drip`, { timeout: 60 }), { code: "http.timeout" });
  await assert.rejects(client.get(`${origin}/never`, { signal: AbortSignal.timeout(30) }), { code: "http.timeout" });
});

test("the caller's signal ends a call, before and during it", async (t) => {
  const controller = new AbortController();
  const origin = await serve(t, () => controller.abort());
  const { client } = open(t, [origin]);
  await assert.rejects(client.get(origin, { signal: controller.signal }), { code: "http.aborted" });
  await assert.rejects(client.get(origin, { signal: controller.signal }), { code: "http.aborted" });
});

test("dispose ends calls under way and refuses later ones", async (t) => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const origin = await serve(t, () => resolve());
  const { http, client } = open(t, [origin]);
  const call = assert.rejects(client.get(origin), { code: "http.aborted" });
  await asked;
  await http.dispose();
  await call;
  await assert.rejects(client.get(origin), { code: "http.aborted" });
});

test("a connection that breaks, and one that is refused, are unreachable", async (t) => {
  const cut = await serveRaw(t, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
    setTimeout(() => socket.destroy(), 10);
  });
  const { client } = open(t, [cut, "http://127.0.0.1:1"]);
  await assert.rejects(client.get(cut), { code: "http.unreachable", plugin: "test" });
  await assert.rejects(client.get("http://127.0.0.1:1/"), { code: "http.unreachable" });
});

test("what is no HTTP is an unexpected answer", async (t) => {
  const origin = await serveRaw(t, (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  await assert.rejects(open(t, [origin]).client.get(origin), { code: "http.unexpected_answer" });
});

test("a kept connection that the upstream has closed is replaced without an error", async (t) => {
  let asked = 0;
  const origin = await serve(t, (request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.end("fine");
  });
  const { client } = open(t, [origin]);
  await client.get(origin);
  assert.equal((await client.get(origin)).text(), "fine");
  assert.equal(asked, 3);
});

test("a page, or nothing, where JSON should be is an unexpected answer that quotes nothing", async (t) => {
  const origin = await serve(t, (request, response) => response.end(request.url === "/page" ? `<p>${token}` : ""));
  const { client } = open(t, [origin]);
  const page = await client.get(`${origin}/page`);
  assert.throws(() => page.json(), { code: "http.unexpected_answer", message: /a page instead of JSON/ });
  const empty = await client.get(`${origin}/empty`);
  assert.throws(() => empty.json(), { code: "http.unexpected_answer", message: /nothing instead of JSON/ });
});

test("a text is read in the charset it names; an unknown one counts as UTF-8", async (t) => {
  const origin = await serve(t, (request, response) => {
    response.setHeader("content-type", `text/html; charset="${request.url?.slice(1)}"`);
    response.end(request.url === "/euc-kr" ? Buffer.from("bdbac0a7c6aec8a8", "hex") : "스위트홈");
  });
  const { client } = open(t, [origin]);
  assert.equal((await client.get(`${origin}/euc-kr`)).text(), "스위트홈");
  assert.equal((await client.get(`${origin}/klingon`)).text(), "스위트홈");
  assert.equal((await client.get(`${origin}/utf-8`)).text(), "스위트홈");
});

test("no secret of a URL stands in an error or its causes", async (t) => {
  const origin = await serve(t, (_, response) => response.writeHead(500).end());
  const { client } = open(t, [origin, "http://127.0.0.1:1"]);
  for (const base of [origin, "http://127.0.0.1:1"]) {
    const url = `${base.replace("//", "//user:hunter22@")}/bot${token}/getMe?apikey=s3cr3tkey`;
    await assert.rejects(client.get(url), (error: unknown) => {
      let at = error;
      while (at instanceof Error) {
        assert.doesNotMatch(`${at.message} ${at.stack}`, /hunter22|AAHdqTcv|s3cr3tkey/);
        at = at.cause;
      }
      return error instanceof Error;
    });
  }
});

test("user and password of the operator's base URL are sent as such, and to no other origin", async (t) => {
  const seen: (string | undefined)[] = [];
  const other = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.end("other");
  });
  const origin = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === "/away") response.writeHead(302, { location: other }).end();
    else response.end("fine");
  });
  const { client } = open(t, [origin, other]);
  const withUser = origin.replace("://", "://us%40er:p%3Aw@");
  const answer = await client.get(`${withUser}/a`);
  assert.equal(answer.url, `${origin}/a`);
  await client.get(`${withUser}/a`, { headers: { authorization: "Bearer of-the-plugin" } });
  await client.get(`${withUser}/away`);
  const basic = `Basic ${Buffer.from("us@er:p:w").toString("base64")}`;
  assert.deepEqual(seen, [basic, "Bearer of-the-plugin", basic, undefined]);
});

test("a plugin cannot wait longer than the operator allows", async (t) => {
  const origin = await serve(t, () => undefined);
  const { client } = open(t, [origin], { timeout: 60 });
  await assert.rejects(client.get(origin, { timeout: 60_000 }), { code: "http.timeout" });
});
