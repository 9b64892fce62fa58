import assert from "node:assert/strict";
import { test } from "node:test";
import { createLanes } from "../../../core/telegram/lanes.ts";

/** A task that runs until it is let go, and notes when it began and ended. */
function held(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const task = async () => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
  };
  return { task, end: resolve };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("tasks of one key run in order, tasks of different keys side by side", async () => {
  const lanes = createLanes({ concurrency: 10 });
  const log: string[] = [];
  const [a, b, c] = [held("a1", log), held("a2", log), held("b1", log)];
  lanes.run("a", a.task);
  lanes.run("a", b.task);
  lanes.run("b", c.task);
  assert.deepEqual(log, ["a1 begins", "b1 begins"]);
  c.end();
  await turn();
  assert.deepEqual(log.splice(2), ["b1 ends"]);
  a.end();
  await turn();
  assert.deepEqual(log.splice(2), ["a1 ends", "a2 begins"]);
  b.end();
  await lanes.settled();
  assert.equal(lanes.size, 0);
});

test("no more run at once than is allowed, and nobody starves", async () => {
  const lanes = createLanes({ concurrency: 3 });
  let running = 0;
  let most = 0;
  const order: string[] = [];
  for (let index = 0; index < 60; index++) {
    lanes.run(`key ${index % 12}`, async () => {
      most = Math.max(most, ++running);
      await turn();
      order.push(`key ${index % 12}`);
      running--;
    });
  }
  await lanes.settled();
  assert.equal(most, 3);
  assert.equal(order.length, 60);
  assert.equal(new Set(order.slice(0, 12)).size, 12, "every key had its first turn before any had its second");
});

test("a batch leaves the event loop room: few tasks begin in one turn", async () => {
  const lanes = createLanes({ concurrency: 100 });
  const begunBefore: number[] = [];
  let begun = 0;
  for (let index = 0; index < 100; index++) lanes.run(`key ${index}`, async () => void begun++);
  while (lanes.size > 0) {
    begunBefore.push(begun);
    await turn();
  }
  assert.equal(begun, 100);
  assert.ok(begunBefore.every((count, index) => count - (begunBefore[index - 1] ?? 0) <= 8));
});

test("run resolves when its own task is done, settled when few enough are left", async () => {
  const lanes = createLanes({ concurrency: 10 });
  const log: string[] = [];
  const [a, b] = [held("a", log), held("b", log)];
  const first = lanes.run("a", a.task).then(() => log.push("a resolves"));
  lanes.run("b", b.task);
  const oneLeft = lanes.settled(1).then(() => log.push("one left"));
  await turn();
  assert.deepEqual(log, ["a begins", "b begins"]);
  a.end();
  await Promise.all([first, oneLeft]);
  assert.deepEqual(log.slice(2).sort(), ["a ends", "a resolves", "one left"]);
  b.end();
  await lanes.settled();
});

test("clear forgets what has not begun, resolves it, and leaves what runs", async () => {
  const lanes = createLanes({ concurrency: 1 });
  const log: string[] = [];
  const [a, b, c] = [held("a", log), held("b", log), held("c", log)];
  lanes.run("x", a.task);
  const forgotten = [lanes.run("x", b.task), lanes.run("y", c.task)];
  assert.equal(lanes.clear(), 2);
  await Promise.all(forgotten);
  assert.equal(lanes.size, 1);
  a.end();
  await lanes.settled();
  await lanes.run("y", async () => void log.push("y goes on"));
  assert.deepEqual(log, ["a begins", "a ends", "y goes on"]);
});
