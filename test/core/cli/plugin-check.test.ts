import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dramabot, folder } from "./cli.ts";

const env = { PATH: process.env.PATH ?? "" };

test("a new plugin keeps every rule, its own tests among them, and an editor's types fit it", async (t) => {
  const cwd = folder(t);
  const made = await dramabot(["plugin", "new", "sea-shows"], { cwd, env });
  assert.deepEqual([made.status, made.stderr], [0, ""]);
  assert.match(made.stdout, /^sea-shows\/index\.ts\n/);
  assert.match(made.stdout, /type: \/seashows harbour\n$/);
  const { status, stdout } = await dramabot(["plugin", "check", "sea-shows"], { cwd, env });
  assert.equal(status, 0, stdout);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length > 20 && lines.every((line) => line.startsWith("ok")), stdout);
  assert.ok(lines.some((line) => line.includes("index.test.ts: a list's link is no title's")));
  await dramabot(["plugin", "types", "."], { cwd, env });
  const { compilerOptions } = JSON.parse(readFileSync(join(cwd, "tsconfig.json"), "utf8"));
  for (const [path = ""] of Object.values<string[]>(compilerOptions.paths))
    assert.ok(existsSync(path.replace("*", "imdb")), path);
});

test("plugin new replaces nothing, and takes no odd id", async (t) => {
  const cwd = folder(t);
  await dramabot(["plugin", "new", "mine"], { cwd, env });
  writeFileSync(join(cwd, "mine", "index.ts"), "// mine");
  const again = await dramabot(["plugin", "new", "mine"], { cwd, env });
  assert.equal(again.status, 1);
  assert.match(again.stderr, /mine is there already\. Choose another id, or remove it\.\n$/);
  assert.equal(readFileSync(join(cwd, "mine", "index.ts"), "utf8"), "// mine");
  for (const id of ["../up", "Mine", "m", "1st"]) {
    const { status, stderr } = await dramabot(["plugin", "new", id], { cwd, env });
    assert.equal(status, 1);
    assert.match(stderr, /is no id for a plugin; wanted: /);
  }
});

test("plugin check tells each broken rule in a line, asks no network, and ends with status 1", async (t) => {
  const cwd = folder(t);
  writeFileSync(
    join(cwd, "bad.ts"),
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "bad", version: "1.0.0", api: 1, permissions: { http: ["api.bad.example"] },
  samples: async () => ({ openSamples: () => ({ options: {}, fetch: () => new Response("fine") }) }),
  setup(ctx) {
    ctx.health.add({ name: "declared", check: (signal) => ctx.http.get("https://api.bad.example/", { signal }) });
    ctx.health.add({
      name: "undeclared",
      check: (signal) => ctx.http.get("https://other.example/", { signal }),
    });
    ctx.commands.add({ name: "echo", description: "Echo", run: (call) => call.reply("You: " + call.argument) });
  },
});
`,
  );
  const { status, stdout, stderr } = await dramabot(["plugin", "check", "bad.ts"], { cwd, env });
  assert.deepEqual([status, stderr], [1, ""]);
  assert.match(stdout, /^ok {4}health check declared is well while its service answers$/m);
  assert.match(
    stdout,
    /^FAIL {2}health check undeclared is well .*bad\.ts:9: other\.example is not among the hosts under permissions\.http\. Add the host to permissions\.http in definePlugin/m,
  );
  assert.match(stdout, /^FAIL {2}\/echo escapes what it repeats: /m);
});

test("plugin check says what does not load, and what is not there", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "broken.ts"), "export default {\n");
  const [broken, gone] = await Promise.all(
    ["broken.ts", "gone.ts"].map((path) => dramabot(["plugin", "check", path], { cwd, env })),
  );
  assert.equal(broken?.status, 1);
  assert.match(broken?.stdout ?? "", /^FAIL {2}loads: broken\.ts:\d: the syntax is broken: .*\n$/);
  assert.equal(gone?.status, 1);
  assert.equal(gone?.stdout, "FAIL  there is no gone.ts\n");
});
