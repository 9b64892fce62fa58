import assert from "node:assert/strict";
import { test } from "node:test";
import { JONAS, MINA, openClient } from "./client.ts";

const send = { chat_id: MINA.id, text: "x" };

test("a 429 tells how long to wait, in the body and in a header", async (t) => {
  const { desk, raw, done } = await openClient(t);
  desk.faults.set("sendMessage", { retryAfter: 7 });
  const response = await raw(`sendMessage?chat_id=${MINA.id}&text=x`);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("retry-after"), "7");
  assert.deepEqual(await response.json(), {
    ok: false,
    error_code: 429,
    description: "Too Many Requests: retry after 7",
    parameters: { retry_after: 7 },
  });
  assert.deepEqual(desk.world.messages(MINA.id), []);
  await done("sendMessage", send);
});

test("a fault strikes as often as was asked, whatever the method's case", async (t) => {
  const { desk, call } = await openClient(t);
  desk.faults.set("SENDMESSAGE", { times: 2, code: 502 });
  const answers = [await call("sendMessage", send), await call("sendmessage", send), await call("sendMessage", send)];
  assert.deepEqual(
    answers.map(({ error_code, description }) => [error_code, description]),
    [
      [502, "Bad Gateway"],
      [502, "Bad Gateway"],
      [undefined, undefined],
    ],
  );
});

test("a fault says what was asked, and is a 500 when nothing was", async (t) => {
  const { desk, call } = await openClient(t);
  const described = { code: 403, description: "Forbidden: bot was blocked by the user" };
  for (const [fault, code, description] of [
    [{}, 500, "Internal Server Error"],
    [described, 403, described.description],
    [{ description: "Bad Request: x" }, 500, "Bad Request: x"],
  ] as const) {
    desk.faults.set("sendMessage", fault);
    const answer = await call("sendMessage", send);
    assert.deepEqual([answer.error_code, answer.description], [code, description]);
  }
});

test("a fault for one chat leaves the others alone", async (t) => {
  const { desk, done, refused } = await openClient(t);
  desk.faults.set("*", { chatId: JONAS.id, code: 500 });
  await done("sendMessage", send);
  await refused("sendMessage", { ...send, chat_id: JONAS.id });
  await done("sendMessage", { ...send, chat_id: JONAS.id });
});

test("a fault for every method spares polls, which may have one of their own", async (t) => {
  const { desk, done, refused } = await openClient(t);
  desk.faults.set("*", { times: 2 });
  await done("getUpdates");
  await refused("getMe");
  desk.faults.set("getUpdates", { code: 409, description: "Conflict: x" });
  assert.equal(await refused("getUpdates"), "Conflict: x");
  await refused("sendMessage", send);
  await done("sendMessage", send);
});

test("faults may be taken back", async (t) => {
  const { desk, done } = await openClient(t);
  desk.faults.set("sendMessage", { times: 99 });
  desk.faults.clear();
  await done("sendMessage", send);
});

test("a delay alone only delays, and ends when the caller leaves", async (t) => {
  const { desk, call, done } = await openClient(t);
  desk.faults.set("sendMessage", { delay: 20 });
  const begun = performance.now();
  await done("sendMessage", send);
  assert.ok(performance.now() - begun >= 19);
  desk.faults.set("getMe", { delay: 3_600_000, code: 500 });
  const leaving = new AbortController();
  const struck = desk.waitFor(({ method }) => method === "getMe");
  const gone = assert.rejects(call("getMe", {}, leaving.signal));
  // Answered only after the call above has reached the server.
  await done("sendMessage", send);
  leaving.abort();
  await gone;
  assert.equal((await struck).ok, false);
});
