import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { cacheFile, HOUR, open, raw, rows } from "./stage.ts";

const MODULE = new URL("../../../core/cache/cache.ts", import.meta.url).href;

/** Another process with the same file. It opens it when it is told to go; its code finds `titles` and `ttl`. */
async function start(t: TestContext, file: string, code: string) {
  const program = `const { createCache } = await import(${JSON.stringify(MODULE)});
    console.log("ready");
    await new Promise((resolve) => process.stdin.once("data", resolve));
    const onProblem = (message) => console.log("problem: " + message);
    const cache = createCache({ file: ${JSON.stringify(file)}, onProblem });
    const titles = cache.namespace("titles");
    const ttl = ${HOUR};
    ${code}
    await cache.dispose();
    process.stdin.destroy();
    console.log("done");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    assert.ok(!done, "the other process ended too early");
    return value;
  };
  assert.equal(await line(), "ready");
  return { child, line, go: () => child.stdin.write("go\n"), ended: once(child, "exit") };
}

test("two processes share one file: each finds what the other wrote", async (t) => {
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file);
  const titles = namespace("titles");
  await titles.set("first", "from us", { ttl: HOUR });
  const { line, go } = await start(
    t,
    file,
    `console.log(JSON.stringify(await titles.find("first")));
     await titles.set("second", "from them", { ttl });
     console.log("written");
     await new Promise((resolve) => process.stdin.once("data", resolve));
     console.log(JSON.stringify(await titles.find("third")));`,
  );
  go();
  assert.deepEqual(JSON.parse(await line()), { value: "from us", tier: "disk" });
  assert.equal(await line(), "written");
  assert.deepEqual(await titles.find("second"), { value: "from them", tier: "disk" });
  await titles.set("third", "from us again", { ttl: HOUR });
  go();
  assert.deepEqual(JSON.parse(await line()), { value: "from us again", tier: "disk" });
  assert.equal(await line(), "done");
  assert.deepEqual(problems, []);
});

test("two processes that write without a pause harm neither each other nor the file", async (t) => {
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file);
  const titles = namespace("titles");
  const { child, line, go, ended } = await start(
    t,
    file,
    `for (let n = 0; n < 500; n++) {
       await titles.set("theirs " + n, n, { ttl });
       if (await titles.get("theirs " + n) !== n) console.log("lost " + n);
     }`,
  );
  go();
  for (let n = 0; child.exitCode === null; n++) {
    await titles.set(`ours ${n % 500}`, n, { ttl: HOUR });
    assert.equal(await titles.get(`ours ${n % 500}`), n);
    await new Promise(setImmediate);
  }
  await ended;
  const told = [...problems];
  for (let next = await line(); next !== "done"; next = await line()) told.push(next.replace("problem: ", ""));
  // A write that found the file busy was given up, and said so.
  for (const problem of told) assert.equal(problem, "Writing to the cache failed: database is locked");
  assert.equal(raw(t, file).prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
});

test("what was written survives SIGKILL", async (t) => {
  const file = cacheFile(t);
  const { child, line, go, ended } = await start(
    t,
    file,
    `for (let n = 0; n < 100; n++) await titles.set(String(n), n, { ttl });
     console.log("written");
     await new Promise((resolve) => setTimeout(resolve, ttl));`,
  );
  go();
  assert.equal(await line(), "written");
  child.kill("SIGKILL");
  await ended;
  const { namespace, problems } = open(t, file);
  assert.deepEqual(await namespace("titles").find("99"), { value: 99, tier: "disk" });
  assert.deepEqual(problems, []);
});

test("processes that begin the same file at the same moment all use it", async (t) => {
  const file = cacheFile(t);
  const racers = await Promise.all([0, 1, 2, 3].map((n) => start(t, file, `await titles.set("${n}", ${n}, { ttl });`)));
  for (const { go } of racers) go();
  for (const { line } of racers) assert.equal(await line(), "done");
  assert.deepEqual([...rows(raw(t, file))].sort(), ["titles:0", "titles:1", "titles:2", "titles:3"]);
  const names = readdirSync(dirname(file));
  assert.deepEqual(
    names.filter((name) => name.endsWith(".bad")),
    [],
  );
});
