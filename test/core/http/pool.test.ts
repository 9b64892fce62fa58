import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createHttp, type Http } from "../../../core/http/client.ts";
import type { RequestPoolOptions } from "../../../core/http/pool.ts";
import { serve, serveRaw } from "./servers.ts";

const path = "/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawXY/getMe";

function open(t: TestContext, origin: string, options: RequestPoolOptions = {}) {
  const http = createHttp({ connections: 5, timeout: 2000 });
  t.after(() => http.dispose());
  return http.pool(origin, options);
}

test("a pool keeps its connections and gives every status as an answer", async (t) => {
  const ports = new Set<number | undefined>();
  const origin = await serve(t, async (request, response) => {
    ports.add(request.socket.remotePort);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    response.writeHead(body === "{}" ? 200 : 400, { "x-a": "b" }).end(body);
  });
  const pool = open(t, `${origin}/root`);
  const headers = { "content-type": "application/json" };
  for (const body of ["{}", "[]", "{}", "[]", "{}", "[]", "{}", "[]", "{}", "[]"]) {
    const answer = await pool.request({ method: "POST", path, headers, body });
    assert.equal(answer.status, body === "{}" ? 200 : 400);
    assert.equal(answer.headers["x-a"], "b");
    assert.equal(answer.body, body);
  }
  // undici may open a second one while the first ends its last answer.
  assert.ok(ports.size <= 2, `${ports.size} connections`);
});

test("a pool's call ends at its deadline and with its signal, and names no token", async (t) => {
  const controller = new AbortController();
  const origin = await serve(t, (request) => {
    if (request.url?.endsWith("?abort")) controller.abort();
  });
  const pool = open(t, origin);
  await assert.rejects(pool.request({ method: "GET", path, timeout: 50 }), (error: Error) => {
    assert.match(error.message, /\/bot\[redacted\]\/getMe got no whole answer within 50 ms/);
    assert.equal("code" in error && error.code, "http.timeout");
    return true;
  });
  const { signal } = controller;
  await assert.rejects(pool.request({ method: "GET", path: `${path}?abort`, signal }), { code: "http.aborted" });
  await assert.rejects(pool.request({ method: "GET", path, signal }), { code: "http.aborted" });
});

test("a pool's call that has no connection yet ends at its deadline and with its signal, too", async (t) => {
  // Nobody answers the greeting of TLS: undici itself would wait ten seconds.
  const controller = new AbortController();
  const origin = (await serveRaw(t, () => controller.abort())).replace("http:", "https:");
  const pool = open(t, origin);
  const begun = performance.now();
  const { signal } = controller;
  await assert.rejects(pool.request({ method: "GET", path, signal }), { code: "http.aborted" });
  await assert.rejects(pool.request({ method: "GET", path, timeout: 50 }), { code: "http.timeout" });
  assert.ok(performance.now() - begun < 5_000);
});

test("what is still being connected is closed with everything else", async (t) => {
  for (const ask of [
    (http: Http, origin: string) => http.pool(origin).request({ method: "GET", path }),
    (http: Http, origin: string) => http.forPlugin("test", { hosts: [], operatorOrigins: [origin] }).get(origin),
  ]) {
    const arrived = Promise.withResolvers<Socket>();
    const origin = (await serveRaw(t, arrived.resolve)).replace("http:", "https:");
    const http = createHttp({ connections: 5, timeout: 30_000 });
    const given = assert.rejects(ask(http, origin));
    const socket = await arrived.promise;
    const begun = performance.now();
    const closed = once(socket, "close");
    await http.dispose();
    await Promise.all([given, closed]);
    assert.ok(performance.now() - begun < 5_000, "it was kept until undici's own time was over");
  }
});

test("a pool says unreachable, too large and unexpected, and refuses calls once disposed", async (t) => {
  const big = await serve(t, (_, response) => response.end("a".repeat(2000)));
  const cut = await serveRaw(t, (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"));
  const odd = await serveRaw(t, (socket) => socket.end("what?\r\n\r\n"));
  const call = { method: "GET", path } as const;
  await assert.rejects(open(t, "http://127.0.0.1:1").request(call), { code: "http.unreachable" });
  await assert.rejects(open(t, big, { maxBytes: 1000 }).request(call), { code: "http.too_large" });
  await assert.rejects(open(t, cut).request(call), { code: "http.unreachable" });
  await assert.rejects(open(t, odd).request(call), { code: "http.unexpected_answer" });
  const pool = open(t, big);
  await pool.dispose();
  await assert.rejects(pool.request(call), { code: "http.aborted" });
});
