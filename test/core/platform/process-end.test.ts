import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";

const MODULE = new URL("../../../core/platform/process-end.ts", import.meta.url).href;

/** Runs code that finds everything of the module in `end`; @returns status and stdout. */
async function live(t: TestContext, code: string): Promise<readonly [number | null, string]> {
  const text = `const end = await import(${JSON.stringify(MODULE)});\n${code}`;
  const words = "Deno" in globalThis ? ["eval", text] : ["--input-type=module", "--eval", text];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    said += piece;
  });
  const [status] = await once(child, "close");
  return [status, said.trim()];
}

const DECIDES = "end.onProcessEnd(() => { console.log('ends'); process.exitCode = 7; });";

for (const code of [
  "process.exit(0);",
  "process.on('exit', () => { process.exitCode = 0; });",
  "process.on('exit', () => process.exit(0));",
  "process.prependListener('exit', () => process.exit(0)); process.exit(0);",
  "process.on('exit', () => process.reallyExit(0));",
  "process.removeAllListeners(); process.exit(0);",
  "process.reallyExit(0);",
]) {
  test(`what is decided at the end is the status, and decided once: ${code}`, async (t) => {
    assert.deepEqual(await live(t, `${DECIDES}\n${code}`), [7, "ends"]);
  });
}

test("where nothing is decided the status stays, whatever listeners set afterwards", async (t) => {
  const late = "end.onProcessEnd(() => undefined); process.on('exit', () => { process.exitCode = 0; });";
  assert.deepEqual(await live(t, `${late} process.exitCode = 3;`), [3, ""]);
  assert.deepEqual(await live(t, `${late} process.exit(4);`), [4, ""]);
  assert.deepEqual(await live(t, "end.onProcessEnd(() => undefined);"), [0, ""]);
  assert.deepEqual(await live(t, `${late} process.exitCode = 3; process.exit();`), [3, ""]);
});

test("while exits are held only endProcess ends the process, and callers are told of", async (t) => {
  const code = `
    const tell = (where) => console.log(where.stack.includes("caller") ? "told" : where.stack);
    end.onProcessEnd(() => undefined);
    // Deno's modules keep the one that was there first.
    const { exit } = "Deno" in globalThis ? process : await import("node:process");
    function caller() { process.exit(3); exit(3); }
    { using held = end.holdExits(tell); caller(); }
    end.holdExits(tell);
    caller();
    end.endProcess(5);`;
  assert.deepEqual(await live(t, code), [5, "told\ntold\ntold\ntold"]);
});

test("exits that are no longer held end the process", async (t) => {
  assert.deepEqual(await live(t, "{ using held = end.holdExits(() => undefined); }\nprocess.exit(3);"), [3, ""]);
});
