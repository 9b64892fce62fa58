import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { createPlayground } from "../../../core/playground/index.ts";
import { openClient } from "./client.ts";

const playground = new URL("../../../core/playground/index.ts", import.meta.url).href;

/** Runs a program of its own; rejects when it does not end by itself within 12 s, less than a press waits. */
const run = (code: string) =>
  promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], { timeout: 12_000 });

test("a process that opens and closes a playground ends by itself", async () => {
  const { stdout } = await run(`
    import { createPlayground } from ${JSON.stringify(playground)};
    const desk = await createPlayground();
    await desk.dispose();
    console.log("closed");
  `);
  assert.equal(stdout, "closed\n");
});

test("so does one that closes it while a poll, a press, a download, a page and a test wait", async () => {
  const { stdout } = await run(`
    import { once } from "node:events";
    import { createServer } from "node:http";
    import { createPlayground } from ${JSON.stringify(playground)};
    const site = createServer();
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    const desk = await createPlayground();
    const [{ id }] = desk.users;
    const call = (method, params) =>
      fetch(desk.apiRoot + "/bot" + desk.token + "/" + method, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(params),
      });
    const gone = (promise) => promise.then(() => "answered", () => "ended");
    const reply_markup = { inline_keyboard: [[{ text: "x", callback_data: "1" }]] };
    const { result } = await (await call("sendMessage", { chat_id: id, text: "x", reply_markup })).json();
    const events = await fetch(desk.url + "/api/events");
    const waiting = [
      gone(call("getUpdates", { timeout: 50 })),
      gone(call("sendPhoto", { chat_id: id, photo: "http://127.0.0.1:" + site.address().port + "/x.png" })),
      gone(events.text()),
      gone(desk.waitFor(() => false, { timeout: 60_000 })),
    ];
    const [, answer] = await once(site, "request");
    const press = desk.world.press({ chatId: id, userId: id, messageId: result.message_id, data: "1" });
    await desk.dispose();
    console.log(JSON.stringify([await press, (await Promise.all(waiting)).length]));
    answer.destroy();
    site.close();
  `);
  assert.equal(stdout, "[{},4]\n");
});

test("a port that is taken is refused by the system's own error", async (t) => {
  const { desk } = await openClient(t);
  await assert.rejects(createPlayground({ port: Number(new URL(desk.url).port) }), { code: "EADDRINUSE" });
});

test("a handler gets what is asked below its path, and its own path as the root", async (t) => {
  const { desk } = await openClient(t);
  desk.mount("/shop", async (request) => new Response(`${request.method} ${request.url} ${await request.text()}`));
  const asked = async (path: string, init?: RequestInit) =>
    (await (await fetch(`${desk.url}${path}`, init)).text()).replace(desk.url, "");
  assert.equal(await asked("/shop"), "GET / ");
  assert.equal(await asked("/shop/a/b?c=d"), "GET /a/b?c=d ");
  assert.equal(await asked("/shop/a", { method: "POST", body: "x" }), "POST /a x");
  assert.equal(await asked("/shopping"), "Not found.\n");
});

test("people are told by their names, and the first one's chat comes first", async (t) => {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  assert.deepEqual(
    desk.users.map(({ name }) => name),
    ["Mina Park", "Jonas Berg", "Layla"],
  );
  assert.deepEqual(
    [...desk.world.chats.values()].map(({ title, first_name }) => title ?? first_name),
    ["Mina", "Jonas", "Layla", "Drama club"],
  );
});
