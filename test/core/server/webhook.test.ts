import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { serve } from "../../../core/platform/serve.ts";
import { createServer } from "../../../core/server/server.ts";
import { createWebhookRoute, type WebhookRouteOptions } from "../../../core/server/webhook.ts";

const SECRET = "a-secret-that-nobody-guesses";
const PATH = "/telegram";

type Options = Partial<WebhookRouteOptions> & { readonly path?: string };

/** A server with a webhook that notes what it was given and how it answered. */
function stage({ path = PATH, ...options }: Options = {}) {
  const received: unknown[] = [];
  const outcomes: string[] = [];
  const answer = createWebhookRoute({
    secret: SECRET,
    async receive(value) {
      received.push(value);
      return typeof value === "object" && value !== null && "update_id" in value ? "ok" : "no_update";
    },
    onAnswer: (outcome) => outcomes.push(outcome),
    ...options,
  });
  const handle = createServer({
    report: () => Promise.reject(new Error("not asked")),
    ready: () => true,
    metrics: async () => "up 1\n",
    webhook: { path, answer },
  });
  const post = (body: RequestInit["body"], init: RequestInit = {}, to = path) =>
    handle(
      new Request(`http://localhost${to}`, {
        method: "POST",
        headers: { "x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json" },
        ...(body === undefined ? {} : { body, duplex: "half" }),
        ...init,
      }),
    );
  return { handle, post, received, outcomes };
}

const update = { update_id: 1, message: { text: "привет 🎬" } };

test("an update with the secret is taken as it is and answered 200 with nothing", async () => {
  const { post, received, outcomes } = stage();
  const response = await post(JSON.stringify(update));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(received, [update]);
  assert.deepEqual(outcomes, ["ok"]);
});

test("without the secret nothing is read, and nothing is told about it", async () => {
  const wrong = ["", SECRET.slice(1), `${SECRET}x`, SECRET.toUpperCase(), "x".repeat(4_000), SECRET.replace("a", "b")];
  for (const secret of wrong) {
    const { post, received, outcomes } = stage();
    const body = new ReadableStream({
      pull() {
        throw new Error("the body was read");
      },
    });
    const headers = new Headers(secret ? { "x-telegram-bot-api-secret-token": secret } : {});
    const response = await post(body, { headers });
    assert.equal(response.status, 401, secret.slice(0, 40));
    assert.ok(!(await response.text()).includes(SECRET));
    assert.deepEqual(received, []);
    assert.deepEqual(outcomes, ["wrong_secret"]);
  }
});

test("what is no update is 400, whatever it is", async () => {
  const bodies = ["", " ", "{", "null", "7", '"x"', "[]", "{}", "undefined", "<html>", "update_id=1", "\u0000", "{}{}"];
  for (const body of bodies) {
    const { post, outcomes } = stage();
    assert.equal((await post(body)).status, 400, body);
    assert.deepEqual(outcomes, ["no_update"]);
  }
  const { post } = stage();
  assert.equal((await post(undefined)).status, 400, "no body at all");
  assert.equal((await post(new Uint8Array([0xff, 0xfe, 0x00, 0x80]))).status, 400);
  assert.equal((await post("[".repeat(500_000))).status, 400);
});

test("what is JSON in some other form, or more than one, is 400", async () => {
  const json = JSON.stringify(update);
  for (const [form, body] of [
    ["compressed", gzipSync(json)],
    ["in UTF-16", Buffer.from(json, "utf16le")],
    ["two of them", `${json}\n${json}`],
    ["with a rest", `${json}x`],
    ["cut", json.slice(0, -1)],
    ["a form", `update=${encodeURIComponent(json)}`],
  ] as const) {
    const { post, outcomes } = stage();
    const headers = { "x-telegram-bot-api-secret-token": SECRET, "content-encoding": "gzip" };
    assert.equal((await post(body, { headers })).status, 400, form);
    assert.deepEqual(outcomes, ["no_update"]);
  }
});

test("what nests deeper than any update is 400, and brackets in texts do not count", async () => {
  const nested = (depth: number, [open, close]: readonly [string, string]) =>
    `{"update_id":1,"message":${open.repeat(depth)}1${close.repeat(depth)}}`;
  for (const brackets of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    for (const depth of [100, 1_000, 100_000]) {
      const { post, received } = stage();
      assert.equal((await post(nested(depth, brackets))).status, 400, `${depth} ${brackets[0]}`);
      assert.deepEqual(received, []);
    }
    const { post } = stage();
    assert.equal((await post(nested(99, brackets))).status, 200);
  }
  const { post, received } = stage();
  const text = { update_id: 1, message: { text: `${'[{"\\'.repeat(1_000)}"`, many: Array(1_000).fill([]) } };
  assert.equal((await post(JSON.stringify(text))).status, 200);
  assert.deepEqual(received, [text]);
});

test("the type of the content says nothing: the body alone counts", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", "image/png"]) {
    const { post } = stage();
    const headers = { "x-telegram-bot-api-secret-token": SECRET, "content-type": type };
    assert.equal((await post(JSON.stringify(update), { headers })).status, 200, type);
    assert.equal((await post("update_id=1", { headers })).status, 400, type);
  }
});

test("a body over a mebibyte is refused, with a length and without", async () => {
  const { post, received, outcomes } = stage();
  const large = JSON.stringify({ update_id: 1, text: "x".repeat(1024 * 1024) });
  const told = { "x-telegram-bot-api-secret-token": SECRET, "content-length": String(large.length) };
  assert.equal((await post(large, { headers: told })).status, 413);
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  assert.equal((await post(endless)).status, 413);
  assert.ok(pulled < 30, `${pulled} pieces of an endless body were read`);
  assert.deepEqual(received, []);
  assert.deepEqual(outcomes, ["too_large", "too_large"]);
  const fits = JSON.stringify({ update_id: 1, text: "x".repeat(1_000_000) });
  assert.equal((await post(fits)).status, 200);
});

test("a body that takes too long is given up, and so is one that breaks off", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { post, outcomes } = stage({ timeout: 5_000 });
  const slow = post(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) }));
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(5_000);
  assert.equal((await slow).status, 408);
  const broken = post(new ReadableStream({ start: (controller) => controller.error(new Error("reset")) }));
  assert.equal((await broken).status, 400);
  assert.deepEqual(outcomes, ["slow", "no_update"]);
});

test("what cannot be kept is sent again by Telegram: 503 for now, 500 when the journal fails", async () => {
  const busy = stage({ receive: async () => "unavailable" });
  assert.equal((await busy.post(JSON.stringify(update))).status, 503);
  const failing = stage({ receive: () => Promise.reject(new Error("disk full at /var/lib/secret")) });
  const response = await failing.post(JSON.stringify(update));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /disk/);
  assert.deepEqual([...busy.outcomes, ...failing.outcomes], ["unavailable", "failed"]);
});

test("only a POST to exactly that path is the webhook, and the other pages stay what they are", async () => {
  const { handle, post, received } = stage();
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    assert.equal((await post(undefined, { method })).status, 404, method);
  }
  for (const path of ["/", "/telegram/", "/Telegram", "//telegram", "/telegram/x", "/telegra", "/%74elegram"]) {
    assert.equal((await post(JSON.stringify(update), {}, path)).status, 404, path);
  }
  assert.deepEqual(received, []);
  assert.equal((await post(JSON.stringify(update), {}, "/telegram?a=1")).status, 200);
  assert.equal((await handle(new Request("http://localhost/livez"))).status, 200);
});

test("a path may hold anything a URL may, and even be one that is answered otherwise", async () => {
  for (const path of ["/:id", "/*", "/a{b}?", "/%F0%9F%8E%AC", "/", "/livez", "/a/b/../c"]) {
    const { pathname } = new URL(`http://h${path}`);
    const { post, handle } = stage({ path: pathname });
    assert.equal((await post(JSON.stringify(update))).status, 200, path);
    assert.equal((await handle(new Request("http://localhost/livez"))).status, 200, path);
    assert.equal((await handle(new Request("http://localhost/other", { method: "POST" }))).status, 404, path);
  }
});

async function listening(t: TestContext, options: Options = {}) {
  const there = stage(options);
  const { url, dispose } = await serve(there.handle, { host: "127.0.0.1", port: 0 });
  t.after(dispose);
  const headers = { "x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json" };
  const post = (body: string, init: RequestInit = {}) => fetch(url + PATH, { method: "POST", headers, body, ...init });
  return { ...there, url, post };
}

/** Sends bytes as they are; resolves with the first line of the answer, or "" when there is none. */
async function raw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (piece) => {
    answer += String(piece);
    if (answer.includes("\r\n")) socket.destroy();
  });
  socket.on("error", () => socket.destroy());
  socket.write(bytes);
  await once(socket, "close");
  return answer.split("\r\n")[0] ?? "";
}

test("over a socket, 1,000 posts at once are all taken", async (t) => {
  const { post, received } = await listening(t);
  const ids = Array.from({ length: 1_000 }, (_, update_id) => update_id);
  const statuses = await Promise.all(
    ids.map(async (update_id) => {
      const response = await post(JSON.stringify({ update_id }));
      await response.text();
      return response.status;
    }),
  );
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.equal(received.length, 1_000);
});

test("over a socket, large, slow, broken and unasked bodies harm nobody else", async (t) => {
  const { post, url } = await listening(t, { timeout: 100 });
  const head = (more: string) => `POST ${PATH} HTTP/1.1\r\nhost: h\r\n${more}\r\n`;
  const secret = `x-telegram-bot-api-secret-token: ${SECRET}\r\n`;
  assert.match(await raw(url, `${head(`${secret}content-length: 50\r\n`)}{"upd`), / 408 /);
  assert.match(await raw(url, `${head(`${secret}transfer-encoding: chunked\r\n`)}5\r\n{"upd\r\n`), / 408 /);
  assert.match(await raw(url, head(`${secret}content-length: 99999999999\r\n`)), / 413 /);
  assert.match(await raw(url, head("content-length: 99999999999\r\n")), / 401 /);
  assert.match(await raw(url, `${head("content-length: 50\r\n")}{"upd`), / 401 /, "its body is not waited for");
  assert.match(await raw(url, `${head(`${secret}content-length: x\r\n`)}`), / 400 /);
  assert.match(await raw(url, "\u0000\u0001rubbish\r\n\r\n"), / 400 /);
  assert.equal((await post("x".repeat(3 * 1024 * 1024))).status, 413);
  assert.equal((await post(JSON.stringify(update))).status, 200);
});
