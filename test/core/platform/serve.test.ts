import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { type Listener, serve } from "../../../core/platform/serve.ts";

async function listen(
  t: TestContext,
  handler: Parameters<typeof serve>[0],
): Promise<Listener & { readonly port: number }> {
  const listener = await serve(handler, { host: "127.0.0.1", port: 0 });
  t.after(() => listener.dispose());
  return { ...listener, port: Number(new URL(listener.url).port) };
}

/** Sends bytes as they are and gives back everything that comes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (piece) => {
    answer += String(piece);
  });
  socket.on("error", () => undefined); // the server may close first
  socket.end(bytes);
  await new Promise((resolve) => socket.on("close", resolve));
  return answer;
}

test("a port that is taken is refused with the system's error", async (t) => {
  const { port } = await listen(t, () => new Response("ok"));
  await assert.rejects(
    serve(() => new Response("ok"), { host: "127.0.0.1", port }),
    { code: "EADDRINUSE" },
  );
  await assert.rejects(
    serve(() => new Response("ok"), { host: "203.0.113.7", port: 0 }),
    { code: "EADDRNOTAVAIL" },
  );
});

test("an address of IPv6 stands in brackets in the URL", async (t) => {
  const listener = await serve(() => new Response("ok"), { host: "::1", port: 0 }).catch((error) => {
    assert.equal(error.code, "EADDRNOTAVAIL"); // this machine has no IPv6
  });
  if (!listener) return;
  t.after(() => listener.dispose());
  assert.match(listener.url, /^http:\/\/\[::1\]:\d+$/);
});

test("requests that are no HTTP, or too large, are answered and end nobody else's", async (t) => {
  const { port, url } = await listen(t, (request) => new Response(new URL(request.url).pathname));
  const host = "Host: localhost\r\nConnection: close\r\n";
  for (const [bytes, status] of [
    ["rubbish\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\n${host}X: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${"x".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    [`GET / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\n${host}bad header\r\n\r\n`, 400],
    ["GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    [`GET /%ff/..%2f HTTP/1.1\r\n${host}\r\n`, 200],
    [`GET /a/../../etc/passwd HTTP/1.1\r\n${host}\r\n`, 200],
    [`GET //double HTTP/1.1\r\n${host}\r\n`, 200],
  ] as const) {
    assert.match(await raw(port, bytes), new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 40));
  }
  await raw(port, "");
  await raw(port, "GET / HT");
  assert.equal(await (await fetch(`${url}/still`)).text(), "/still");
});

test("stopping ends connections that are kept alive, and answers under way", async () => {
  const asked = Promise.withResolvers<void>();
  const listener = await serve(
    () => {
      asked.resolve();
      return new Promise<Response>(() => undefined);
    },
    { host: "127.0.0.1", port: 0 },
  );
  const waiting = request(listener.url);
  const ended = once(waiting, "error");
  waiting.end();
  await asked.promise;
  await listener.dispose();
  const [error] = await ended;
  assert.equal((error as { code?: string }).code, "ECONNRESET");
});
