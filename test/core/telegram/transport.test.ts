import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Api, GrammyError, InputFile } from "grammy/web";
import { BotError } from "../../../core/domain/errors.ts";
import { type BotApiPool, createTransport, type TransportOptions } from "../../../core/telegram/transport.ts";

const TOKEN = "1000000001:AASecretSecretSecretSecretSecretSecret0";
type Request = Parameters<BotApiPool["request"]>[0];

/** What the server says to one request: a JSON answer, a page with a status, or an error of the pool. */
type Said = object | { readonly page: string; readonly status: number } | Error;

const ok = (result: unknown = true): Said => ({ ok: true, result });
const refused = (error_code: number, description: string, parameters?: object): Said => ({
  ok: false,
  error_code,
  description,
  ...(parameters ? { parameters } : {}),
});
const lost = () => new BotError("http.unreachable", `POST https://api.test/bot${TOKEN}/x failed (ECONNREFUSED).`);

function stage(t: TestContext, said: readonly Said[], options: Partial<TransportOptions> = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  const requests: Request[] = [];
  const outcomes: string[] = [];
  const left = [...said];
  const pool: BotApiPool = {
    async request(request) {
      requests.push(request);
      const answer = left.shift() ?? ok();
      if (answer instanceof Error) throw answer;
      if ("page" in answer) return { status: answer.status, headers: {}, body: answer.page };
      return { status: 200, headers: {}, body: JSON.stringify(answer) };
    },
  };
  const api = new Api(TOKEN);
  const onCall = (method: string, outcome: string) => void outcomes.push(`${method} ${outcome}`);
  api.config.use(createTransport({ token: TOKEN, apiRoot: "https://api.test/root/", pool, onCall, ...options }));
  /** Lets up to this many seconds go by, until `call` has settled. */
  const pass = async <T>(call: Promise<T>, seconds: number): Promise<T> => {
    let settled = false;
    const end = () => {
      settled = true;
    };
    call.then(end, end);
    for (let step = 0; step < seconds * 10; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) break;
      t.mock.timers.tick(100);
    }
    return call;
  };
  return { api, requests, outcomes, pass };
}

test("a call is one JSON request under the root that was set", async (t) => {
  const { api, requests, outcomes } = stage(t, [ok({ message_id: 5 })]);
  const message = await api.sendMessage(7, "hello", { parse_mode: "HTML" });
  assert.equal(message.message_id, 5);
  const [request] = requests;
  assert.equal(request?.path, `/root/bot${TOKEN}/sendMessage`);
  assert.deepEqual(JSON.parse(request?.body ?? ""), { chat_id: 7, text: "hello", parse_mode: "HTML" });
  assert.deepEqual(outcomes, ["sendMessage ok"]);
});

test("a long poll is given its own time on top of the deadline", async (t) => {
  const { api, requests } = stage(t, [ok([])], { timeout: 10_000 });
  await api.getUpdates({ timeout: 30 });
  await api.getMe();
  assert.deepEqual(
    requests.map(({ timeout }) => timeout),
    [40_000, 10_000],
  );
});

test("what Telegram refuses is a GrammyError and is not tried again", async (t) => {
  const { api, requests, outcomes } = stage(t, [refused(400, "Bad Request: chat not found")]);
  await assert.rejects(api.sendMessage(7, "x"), (error) => {
    return error instanceof GrammyError && error.description === "Bad Request: chat not found";
  });
  assert.equal(requests.length, 1);
  assert.deepEqual(outcomes, ["sendMessage 400"]);
});

test("a 429 is waited for, for that chat alone, and the call goes out then", async (t) => {
  const { api, requests, pass } = stage(t, [refused(429, "Too Many Requests: retry after 3", { retry_after: 3 })]);
  const limited = api.sendMessage(7, "x");
  await new Promise((resolve) => setImmediate(resolve));
  const sameChat = api.sendMessage(7, "y");
  await api.sendMessage(8, "other chat");
  assert.equal(requests.length, 2);
  await pass(Promise.all([limited, sameChat]), 4);
  assert.equal(requests.length, 4);
});

test("a 429 for longer than is worth waiting is told at once", async (t) => {
  const { api, requests } = stage(t, [refused(429, "Too Many Requests: retry after 300", { retry_after: 300 })]);
  await assert.rejects(api.sendMessage(7, "x"), { code: "telegram.rate_limited", retryAfter: 300_000 });
  assert.equal(requests.length, 1);
  t.mock.timers.tick(100_000);
  await assert.rejects(api.sendMessage(7, "y"), { code: "telegram.rate_limited", retryAfter: 200_000 });
  assert.equal(requests.length, 1, "the chat is left alone meanwhile");
  await api.sendMessage(8, "other chat");
  t.mock.timers.tick(200_000);
  await api.sendMessage(7, "z");
  assert.equal(requests.length, 3);
});

test("a call that did not reach Telegram is tried again until it does", async (t) => {
  const { api, requests, pass } = stage(t, [
    lost(),
    lost(),
    { page: "<h1>502</h1>", status: 502 },
    ok({ message_id: 1 }),
  ]);
  await pass(api.sendMessage(7, "x"), 10);
  assert.equal(requests.length, 4);
});

test("it is given up when patience ends, without a word of the token", async (t) => {
  const { api, requests, pass } = stage(
    t,
    Array.from({ length: 100 }, () => lost()),
    { patience: 20_000 },
  );
  await assert.rejects(pass(api.sendMessage(7, "x"), 40), (error) => {
    assert.ok(error instanceof BotError && error.code === "telegram.unreachable");
    assert.ok(!JSON.stringify([error.message, error.cause, error.stack]).includes(TOKEN));
    return true;
  });
  assert.ok(requests.length > 4 && requests.length < 12, `${requests.length} tries in 20 s`);
});

test("a call that got no answer in time is not repeated, for it may have been carried out", async (t) => {
  const { api, requests } = stage(t, [new BotError("http.timeout", "no answer")]);
  await assert.rejects(api.sendMessage(7, "x"), { code: "telegram.unreachable" });
  assert.equal(requests.length, 1);
});

test("what Telegram itself fails at is tried three times, then told", async (t) => {
  const broken = refused(500, "Internal Server Error");
  const { api, requests, pass } = stage(t, [broken, broken, broken, broken]);
  await assert.rejects(pass(api.sendPhoto(7, "https://p.test/1.jpg"), 10), { error_code: 500 });
  assert.equal(requests.length, 3);
});

test("polls, getMe and chat actions are never repeated", async (t) => {
  const { api, requests } = stage(t, [lost(), lost(), lost()]);
  await assert.rejects(api.getUpdates(), { code: "telegram.unreachable" });
  await assert.rejects(api.getMe(), { code: "telegram.unreachable" });
  await assert.rejects(api.sendChatAction(7, "typing"), { code: "telegram.unreachable" });
  assert.equal(requests.length, 3);
});

test("answers that are none of a Bot API server's are told as such", async (t) => {
  for (const page of ["", "<html>", "null", "7", "[]", "{}", '{"ok":"yes"}', "{", "\u0000"]) {
    const { api, requests } = stage(t, [{ page, status: 200 }]);
    await assert.rejects(api.sendMessage(7, "x"), {
      code: "telegram.unreachable",
      message: "sendMessage did not reach Telegram: the answer (status 200) is none of a Bot API server's",
    });
    assert.equal(requests.length, 1);
    t.mock.timers.reset();
  }
});

test("an aborted call ends at once, also while it waits to be tried again", async (t) => {
  const { api, requests } = stage(t, [lost(), lost()]);
  const abort = new AbortController();
  // grammY types the signal by its own shim; here it is the platform's.
  const call = api.sendMessage(7, "x", {}, abort.signal as Parameters<Api["sendMessage"]>[3]);
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error("enough"));
  await assert.rejects(call);
  assert.equal(requests.length, 1);
});

test("uploads go grammY's own way, and are tried again as well", async (t) => {
  const { requests } = stage(t, []);
  const pool: BotApiPool = { request: () => Promise.reject(new Error("not for uploads")) };
  const transport = createTransport({ token: TOKEN, apiRoot: "https://api.test", pool });
  let tries = 0;
  const prev = async () => {
    if (tries++ === 0) throw new TypeError(`fetch failed for https://api.test/bot${TOKEN}/sendPhoto`);
    return { ok: true as const, result: true as never };
  };
  const payload = { chat_id: 7, photo: new InputFile(new Uint8Array([1])) };
  const call = transport(prev, "sendPhoto", payload);
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(1_000);
  assert.deepEqual(await call, { ok: true, result: true });
  assert.equal(tries, 2);
  assert.equal(requests.length, 0);
});
