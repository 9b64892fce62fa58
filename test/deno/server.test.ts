import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runOnDeno, withoutDeno } from "../deno.ts";

if (withoutDeno && process.env.CI) throw new Error(withoutDeno);

const SECRET = { "x-telegram-bot-api-secret-token": "a-secret-that-nobody-guesses" };

/** The operator's server, mounted on `Deno.serve` in a process of its own. */
async function open(t: TestContext) {
  const [command, ...words] = runOnDeno(fileURLToPath(new URL("./server.ts", import.meta.url)));
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [line] = await once(createInterface(child.stdout), "line");
  const url = String(line);
  const post = (body: string | ReadableStream, headers: Record<string, string> = SECRET) => {
    const init: RequestInit & { duplex: "half" } = { method: "POST", headers, body, duplex: "half" };
    return fetch(`${url}/telegram`, init);
  };
  return { child, url, post };
}

test("on Deno.serve the server answers as it does on Node", { skip: withoutDeno }, async (t) => {
  const { child, url } = await open(t);
  for (const [method, path, status, text] of [
    ["GET", "/livez", 200, /^ok\n$/],
    ["HEAD", "/readyz", 200, /^$/],
    ["GET", "/health", 200, /^\{"state":"up","version":"1\.2\.3",/],
    ["GET", "/metrics", 200, /^updates \[\]\n$/],
    ["POST", "/health", 405, /Only GET and HEAD/],
    ["GET", "/telegram", 404, /Not found/],
  ] as const) {
    const response = await fetch(url + path, { method });
    assert.equal(response.status, status, path);
    assert.match(await response.text(), text, path);
    assert.equal(response.headers.get("cache-control"), "no-store", path);
  }
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  // Deno, as the parent, tells of the signal it sent whatever came of it.
  assert.deepEqual(await ended, process.versions.deno === undefined ? [0, null] : [null, "SIGTERM"]);
});

test("on Deno.serve the webhook takes updates, and bounds what is posted", { skip: withoutDeno }, async (t) => {
  const { url, post } = await open(t);
  const update = { update_id: 7, message: { text: "привет 🎬" } };
  assert.equal((await post(JSON.stringify(update))).status, 200);
  assert.equal((await post("{", SECRET)).status, 400);
  assert.equal((await post("[]", SECRET)).status, 400);
  assert.equal((await post(JSON.stringify(update), {})).status, 401);
  assert.equal((await post("x".repeat(1024 * 1024 + 1))).status, 413);
  const piece = new Uint8Array(64 * 1024);
  let pieces = 0;
  const endless = new ReadableStream({
    async pull(controller) {
      pieces += 1;
      // More than the bound has been sent: from here on the answer has time to come.
      if (pieces > 64) await sleep(5);
      if (pieces > 1_000) controller.error(new Error("all of it was read"));
      else controller.enqueue(piece);
    },
  });
  assert.equal((await post(endless)).status, 413, "a body without a length");
  const leaving = connect(Number(new URL(url).port), "127.0.0.1");
  leaving.end(
    "POST /telegram HTTP/1.1\r\nhost: x\r\nx-telegram-bot-api-secret-token: a-secret-that-nobody-guesses\r\n",
  );
  await once(leaving, "close");
  assert.equal(await (await fetch(`${url}/metrics`)).text(), `updates ${JSON.stringify([update])}\n`);
});
