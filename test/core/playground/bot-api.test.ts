import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { test } from "node:test";
import { type Answer, type Client, MINA, openClient } from "./client.ts";

// Every answer of the Bot API has this shape.
const told = async (response: Response) => (await response.json()) as Answer;
const post = (body: string | URLSearchParams | FormData, type?: string) => ({
  method: "POST",
  body,
  ...(type ? { headers: { "content-type": type } } : {}),
});

/** Sends a body in pieces, whose length is not told beforehand. */
async function chunked({ desk }: Client, method: string, type: string, pieces: number): Promise<Answer> {
  const call = request(`${desk.apiRoot}/bot${desk.token}/${method}`, {
    method: "POST",
    headers: { "content-type": type },
  });
  // The server may answer and hang up before it has all.
  call.on("error", () => undefined);
  const answered = once(call, "response");
  const piece = Buffer.alloc(64 * 1024, "x");
  for (let n = 0; n < pieces; n++) call.write(piece);
  call.end();
  const [response] = await answered;
  const body: Buffer[] = [];
  for await (const part of response) body.push(part);
  // As above.
  return JSON.parse(Buffer.concat(body).toString()) as Answer;
}

test("the bot is told who it is", async (t) => {
  const { done, desk } = await openClient(t);
  assert.deepEqual(await done("getMe"), {
    ...desk.world.bot,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: false,
  });
});

test("parameters come by URL, by form, by multipart form or as JSON, by GET or POST", async (t) => {
  const { raw } = await openClient(t);
  const fields = { chat_id: String(MINA.id), text: "a & b=ü" };
  const query = new URLSearchParams(fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const requests: readonly (readonly [method: string, init?: RequestInit])[] = [
    [`sendMessage?${query}`],
    [`sendMessage?${query}`, { method: "POST" }],
    ["sendMessage", post(query)],
    ["sendMessage", post(form)],
    ["sendMessage", post(JSON.stringify(fields), "application/json; charset=utf-8")],
    [`sendMessage?chat_id=${fields.chat_id}`, post(JSON.stringify({ text: fields.text }), "application/json")],
    [`sendMessage?${query}`, post(JSON.stringify({ text: "what the URL says goes first" }), "application/json")],
    [`sendMessage?${query}`, post("whatever", "text/plain")],
  ];
  for (const [method, init] of requests) {
    const answer = await told(await raw(method, init));
    assert.match(JSON.stringify(answer.result), /"text":"a & b=ü"/, method);
  }
});

test("methods are found in any case", async (t) => {
  const { done } = await openClient(t);
  for (const method of ["getme", "GETME", "GetMe"]) assert.match(JSON.stringify(await done(method)), /"is_bot":true/);
});

test("a body that is no JSON object counts as none", async (t) => {
  const { raw } = await openClient(t);
  for (const body of ["", "{", "[1]", '"x"', "null", "\u0000", '{"text":"x"} more'])
    assert.deepEqual(await told(await raw("sendMessage", post(body, "application/json"))), {
      ok: false,
      error_code: 400,
      description: "Bad Request: message text is empty",
    });
  const answer = await told(await raw("sendMessage", post('{"chat_id":1,"text":"x"}', "text/plain")));
  assert.equal(answer.description, "Bad Request: message text is empty");
});

test("a parameter's value may be anything without harm", async (t) => {
  const { call } = await openClient(t);
  const odd: readonly unknown[] = [
    0,
    -1,
    1.5,
    true,
    null,
    "",
    "x",
    [],
    {},
    [[]],
    { toString: 1 },
    "9".repeat(400),
    "\u0000",
  ];
  const methods = ["sendMessage", "sendPhoto", "sendChatAction", "editMessageText", "editMessageCaption"];
  methods.push("editMessageMedia", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery", "setMyCommands");
  methods.push("deleteMyCommands", "getMyCommands", "getChat", "getFile", "getUpdates", "deleteWebhook");
  const names = ["chat_id", "message_id", "message_thread_id", "text", "photo", "media", "reply_markup", "commands"];
  names.push(
    "reply_parameters",
    "reply_to_message_id",
    "scope",
    "parse_mode",
    "caption",
    "callback_query_id",
    "offset",
  );
  for (const method of methods)
    for (const value of odd) {
      const all = Object.fromEntries(names.map((name) => [name, value]));
      for (const params of [all, { ...all, chat_id: MINA.id, text: "x", action: "typing" }]) {
        const { ok, error_code } = await call(method, params);
        assert.ok(ok || error_code === 400, `${method} ${JSON.stringify(value)}`);
      }
    }
});

test("unknown methods and paths are not found", async (t) => {
  const { desk, raw } = await openClient(t);
  const unknown = { ok: false, error_code: 404, description: "Not Found: method not found" };
  for (const method of ["sendNothing", "getMe/", "constructor", "__proto__", "toString", "%zz"])
    assert.deepEqual(await told(await raw(method)), unknown, method);
  for (const path of [`bot${desk.token}`, `bot${desk.token}/`, "bot/getMe", "bot"]) {
    const response = await fetch(`${desk.apiRoot}/${path}`);
    assert.equal(response.status, 404);
    assert.deepEqual(await told(response), { ok: false, error_code: 404, description: "Not Found" }, path);
  }
});

test("a wrong token is unauthorized", async (t) => {
  const { desk } = await openClient(t);
  for (const token of ["1000000001:AAWrong", "x", `${desk.token}x`, desk.token.slice(0, -1), "%"]) {
    const response = await fetch(`${desk.apiRoot}/bot${token}/getMe`);
    assert.equal(response.status, 401);
    assert.deepEqual(await told(response), { ok: false, error_code: 401, description: "Unauthorized" });
  }
  const escaped = desk.token.replace(":", "%3A");
  assert.equal((await fetch(`${desk.apiRoot}/bot${escaped}/getMe`)).status, 200);
});

test("other HTTP methods are not implemented", async (t) => {
  const { raw } = await openClient(t);
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await raw("getMe", { method });
    assert.deepEqual(await told(response), { ok: false, error_code: 501, description: "Not Implemented" });
    assert.equal(response.status, 501);
  }
});

test("a damaged form is refused", async (t) => {
  const { raw } = await openClient(t);
  const refusal = async (type: string, body: string) => (await told(await raw("getMe", post(body, type)))).description;
  assert.equal(await refusal("multipart/form-data", "x"), "Bad Request: boundary not found");
  assert.match((await refusal("multipart/form-data; boundary=x", "y")) ?? "", /^Bad Request: can't parse form data/);
});

test("parameters have at most 1 MB, whether their length is told or not", async (t) => {
  const client = await openClient(t);
  const refusal = { ok: false, error_code: 413, description: "Request Entity Too Large: too much parameters" };
  const fill = (size: number) => JSON.stringify({ x: "x".repeat(size) });
  assert.equal((await client.raw("getMe", post(fill(1_000_000), "application/json"))).status, 200);
  for (const type of ["application/json", "application/x-www-form-urlencoded"])
    assert.deepEqual(await told(await client.raw("getMe", post(fill(1024 * 1024), type))), refusal);
  assert.deepEqual(await chunked(client, "getMe", "application/json", 17), refusal);
  assert.equal((await chunked(client, "getMe", "application/json", 15)).ok, true);
});

test("a form has at most 50 MB, of which no more is taken", async (t) => {
  const client = await openClient(t);
  const call = request(`${client.desk.apiRoot}/bot${client.desk.token}/sendPhoto`, {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=x", "content-length": String(50 * 1024 * 1024 + 1) },
  });
  call.on("error", () => undefined);
  call.flushHeaders();
  const [response] = await once(call, "response");
  assert.equal(response.statusCode, 413);
  call.destroy();
});

test("calls are recorded but for polls, with what they gave", async (t) => {
  const { desk, done, refused } = await openClient(t, { now: () => 1_700_000_000_000 });
  await done("getUpdates");
  const message = await done("sendMessage", { chat_id: MINA.id, text: "x" });
  await refused("SendMessage", { chat_id: MINA.id });
  assert.deepEqual(desk.calls, [
    {
      method: "sendMessage",
      params: { chat_id: MINA.id, text: "x" },
      at: 1_700_000_000_000,
      ok: true,
      result: message,
    },
    {
      method: "SendMessage",
      params: { chat_id: MINA.id },
      at: 1_700_000_000_000,
      ok: false,
      result: "Bad Request: message text is empty",
    },
  ]);
});

test("so many calls are kept as were asked for, and half as many more at most", async (t) => {
  const { desk, done } = await openClient(t, { calls: 10 });
  for (let n = 0; n < 40; n++) {
    await done("sendMessage", { chat_id: MINA.id, text: String(n) });
    assert.ok(desk.calls.length <= 15);
    assert.equal(desk.calls.at(-1)?.params.text, String(n));
  }
  assert.ok(desk.calls.length >= 10);
});

test("a call is waited for, made before or after", async (t) => {
  const { desk, done } = await openClient(t);
  await done("getMe");
  assert.equal((await desk.waitFor(({ method }) => method === "getMe")).ok, true);
  const later = desk.waitFor(({ params }) => params.text === "later");
  await done("sendMessage", { chat_id: MINA.id, text: "later" });
  assert.equal((await later).method, "sendMessage");
  await assert.rejects(
    desk.waitFor(() => false, { timeout: 1 }),
    /No such call within 1 ms; there were: getMe, sendMessage/,
  );
  const never = assert.rejects(
    desk.waitFor(() => false),
    /closed before such a call/,
  );
  await desk.dispose();
  await never;
});
