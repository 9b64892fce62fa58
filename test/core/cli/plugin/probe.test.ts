import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPluginHost } from "../../../../core/cli/plugin/host.ts";
import { probeInChild } from "../../../../core/cli/plugin/probe.ts";
import { explainProbe, type ProbeKind } from "../../../../core/cli/plugin/probe-end.ts";

function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-probe-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const host = createPluginHost([]);
  return {
    folder,
    probe(text: string, kind: ProbeKind = "plugin") {
      const file = join(folder, "one.mjs");
      writeFileSync(file, text);
      return probeInChild(file, { host, kind });
    },
  };
}

const plugin = 'export default { id: "one", version: "1.0.0", api: 1, setup() {} };';

/** Whether a process is there, and no mere entry of the system's for one that has ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Whether a process ends by itself no later than a busy machine takes over one that was killed. */
async function endsSoon(pid: number): Promise<boolean> {
  const deadline = Date.now() + 20_000;
  while (isAlive(pid) && Date.now() < deadline) await sleep(10);
  return !isAlive(pid);
}

test("what a plugin begins besides is ended with its trial, which it does not hold up", {
  skip: process.platform === "win32" && "needs groups of processes",
}, async (t) => {
  const { folder, probe } = stage(t);
  const note = join(folder, "pid");
  for (const kind of ["plugin", "configuration"] as const) {
    const outcome = await probe(
      `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const { pid } = spawn(process.execPath, ["-e", "setTimeout(() => {}, 120000)"], { stdio: "inherit" });
writeFileSync(${JSON.stringify(note)}, String(pid));
${kind === "plugin" ? plugin : "export default { plugins: [] };"}`,
      kind,
    );
    assert.equal(outcome.problem, undefined);
    assert.ok(await endsSoon(Number(readFileSync(note, "utf8"))));
  }
});

test("a definition, or a configuration, that loops while it is read is told", async (t) => {
  const { probe } = stage(t);
  for (const [kind, text] of [
    ["plugin", 'export default { id: "one", version: "1.0.0", api: 1, setup() {}, get notice() {\nfor (;;);\n} };'],
    ["configuration", "export default { plugins: [], get external() {\nfor (;;);\n} };"],
  ] as const) {
    const { problem } = await probe(text, kind);
    assert.match(
      problem ?? "",
      /one\.mjs:2: it held everything up for \d s\. Look for a loop there that never ends\.$/,
    );
  }
});

test("one that the program cannot run beside is told with its line, whether it loads so or is set up so", async (t) => {
  const { probe } = stage(t);
  const added =
    /one\.mjs:2: it gives every object of the program a property "more", by Object\.prototype\. Use a function/;
  for (const [text, told] of [
    [`// Object.prototype\nObject.prototype.more = 1;\n${plugin}`, added],
    [plugin.replace("setup() {}", "setup() {\nObject.prototype.more = 1; }"), added],
    [
      `\nObject.freeze(process);\n${plugin}`,
      /one\.mjs:2: it freezes process, which the whole program writes to\. Leave/,
    ],
    [
      `${plugin}\nexport async function then() {}`,
      /one\.mjs:2: what is exported as "then" runs when the module is imported/,
    ],
  ] as const) {
    const { problem } = await probe(text);
    assert.match(problem ?? "", told);
  }
});

test("the word then alone makes no module wait, and a line that names what is frozen by others is not blamed", async (t) => {
  const { probe } = stage(t);
  const waits = await probe(`export const rates = await new Promise(() => {}).then(() => 1);\n${plugin}`);
  assert.match(waits.problem ?? "", /one\.mjs:1: it waits at the top for something that never comes\. Wait in setup/);
  const frozen = await probe(`import process from "node:process";\nObject.freeze(process);\n${plugin}`);
  assert.match(frozen.problem ?? "", /one\.mjs:2: it freezes process/);
});

test("a polyfill, or a global of its own, harms nobody", async (t) => {
  const { probe } = stage(t);
  const { problem } = await probe(
    `Object.defineProperty(Array.prototype, "more", { value: () => 1 });\nglobalThis.mine = 1;\n${plugin}`,
  );
  assert.equal(problem, undefined);
});

test("a plugin is not blamed for a process that could not be started", () => {
  const host = createPluginHost([]);
  const end = {
    late: false,
    status: "spawn /opt/gone ENOENT",
    deadline: 5_000,
    ready: false,
    loaded: false,
    kind: "plugin",
  } as const;
  assert.match(
    explainProbe("/nowhere/one.mjs", { host, end }),
    /one\.mjs: it could not be tried, for no process could be started \(spawn \/opt\/gone ENOENT\)\. Look whether the/,
  );
});

test("nor is it for a process that never came to it", () => {
  const host = createPluginHost([]);
  const told = (late: boolean, status: number | null) =>
    explainProbe("/nowhere/one.mjs", {
      host,
      end: { late, status, deadline: 5_000, ready: false, loaded: false, kind: "plugin" },
    });
  assert.match(
    told(true, null),
    /one\.mjs: it could not be tried, for the process that tries it was not ready in time\. The/,
  );
  assert.match(
    told(false, 134),
    /one\.mjs: it could not be tried, .* ended before it was ready \(status 134\)\. The machine/,
  );
});

test("errors that nobody catches are the bot's to tell: the trial goes on", async (t) => {
  const { probe } = stage(t);
  const { problem, files } = await probe(
    `setTimeout(() => { throw null; });\nvoid Promise.reject(7);\nawait new Promise((done) => setTimeout(done, 50));\n${plugin}`,
  );
  assert.deepEqual([problem, files.length], [undefined, 1]);
});

test("one that prints so much that its end cannot be told is held up by a loop all the same", async (t) => {
  const { probe } = stage(t);
  const { problem } = await probe(
    `import { writeSync } from "node:fs";
const much = Buffer.alloc(1024 * 1024, 120);
for (;;) {
  try { writeSync(1, much); } catch {}
}`,
  );
  assert.match(problem ?? "", /one\.mjs:\d: it held everything up for \d s\. Look for a loop there that never ends\.$/);
});
