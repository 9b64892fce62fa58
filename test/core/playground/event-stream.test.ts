import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { streamEvents } from "../../../core/playground/event-stream.ts";
import type { PageEvent } from "../../../core/playground/protocol.ts";
import { MINA, openClient } from "./client.ts";

/** A world that only tells events, and counts who listens. */
function teller() {
  const listeners = new Set<(event: PageEvent) => void>();
  return {
    listeners,
    tell: (event: PageEvent) => {
      for (const listener of listeners) listener(event);
    },
    on(listener: (event: PageEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const event: PageEvent = { type: "typing", chatId: 1 };

async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += Buffer.from(value).toString();
  }
}

function open(world: Pick<ReturnType<typeof teller>, "on">, signal: AbortSignal) {
  const { body, headers } = streamEvents(world, signal);
  assert.equal(headers.get("content-type"), "text/event-stream");
  assert.ok(body);
  return body.getReader();
}

test("a stream opens, tells events, and ends when its client leaves", async () => {
  const world = teller();
  const leaving = new AbortController();
  const reader = open(world, leaving.signal);
  world.tell(event);
  world.tell({ type: "commands" });
  assert.equal(world.listeners.size, 1);
  leaving.abort();
  assert.equal(world.listeners.size, 0);
  world.tell(event);
  assert.equal(await rest(reader), `: open\n\ndata: ${JSON.stringify(event)}\n\ndata: {"type":"commands"}\n\n`);
});

test("a stream that is given up, or whose client has left already, listens to nothing", async () => {
  const world = teller();
  const reader = open(world, new AbortController().signal);
  await reader.cancel();
  assert.equal(world.listeners.size, 0);
  assert.equal(await rest(open(world, AbortSignal.abort())), ": open\n\n");
  assert.equal(world.listeners.size, 0);
});

test("a quiet stream says every 15 s that it is alive, until it ends", async (t: TestContext) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const leaving = new AbortController();
  const reader = open(teller(), leaving.signal);
  t.mock.timers.tick(30_000);
  leaving.abort();
  t.mock.timers.tick(60_000);
  assert.equal(await rest(reader), ": open\n\n: beat\n\n: beat\n\n");
});

test("no timer is left once a stream has ended, whoever ended it", async (t: TestContext) => {
  const started = t.mock.method(globalThis, "setInterval");
  const cleared = t.mock.method(globalThis, "clearInterval");
  const leaving = new AbortController();
  const left = open(teller(), leaving.signal);
  leaving.abort();
  await open(teller(), new AbortController().signal).cancel();
  await rest(left);
  assert.equal(started.mock.callCount(), 2);
  assert.deepEqual(
    cleared.mock.calls.map(({ arguments: [timer] }) => timer),
    started.mock.calls.map(({ result }) => result),
  );
});

test("a client that does not read loses its stream before it costs much memory, and others keep theirs", async () => {
  const world = teller();
  const idle = open(world, new AbortController().signal);
  for (let n = 0; n < 4_000; n++) world.tell(event);
  const busy = open(world, new AbortController().signal);
  assert.equal(world.listeners.size, 2);
  for (let n = 0; n < 2_000; n++) world.tell(event);
  assert.equal(world.listeners.size, 1);
  assert.equal((await rest(idle)).split("data:").length - 1, 4_999);
  await busy.cancel();
});

test("over HTTP the page hears of messages, and nothing listens once it has left", async (t) => {
  const { desk, write } = await openClient(t);
  let listening = 0;
  const left = Promise.withResolvers<void>();
  const { on } = desk.world;
  desk.world.on = (listener) => {
    const off = on(listener);
    listening++;
    return () => {
      off();
      if (--listening === 0) left.resolve();
    };
  };
  const leaving = new AbortController();
  const response = await fetch(`${desk.url}/api/events`, { signal: leaving.signal });
  const reader = response.body?.getReader();
  assert.ok(reader);
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), ": open\n\n");
  assert.equal(listening, 1);
  write("hello");
  assert.match(Buffer.from((await reader.read()).value ?? []).toString(), /^data: \{"type":"message".*"text":"hello"/);
  leaving.abort();
  await left.promise;
  write("nobody hears it", { chatId: MINA.id });
});
