import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { deno, withoutDeno } from "../deno.ts";

const cwd = fileURLToPath(new URL("../../", import.meta.url));

test("deno task playground serves the chat page, and ends at SIGTERM", { skip: withoutDeno }, async (t) => {
  const child = spawn(deno ?? "", ["task", "--quiet", "playground"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [line] = await once(createInterface(child.stdout), "line");
  const [url = ""] = /http:\S+/.exec(String(line)) ?? [];
  assert.match(await (await fetch(url)).text(), /<html/);
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  // Deno, as the parent, tells of the signal it sent whatever came of it.
  assert.deepEqual(await ended, process.versions.deno === undefined ? [0, null] : [null, "SIGTERM"]);
  await assert.rejects(fetch(url), "the program itself ended too");
});
