import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { unitFile } from "../../../../core/cli/service/unit.ts";

/** What is given for a setting, in the order of lines. */
function settings(unit: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of unit.split("\n")) {
    const [, name, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

test("the unit says how the bot is run, watched and shut in", () => {
  const unit = settings(unitFile(["/usr/local/bin/dramabot"]));
  for (const [name, value] of [
    ["ExecStart", "/usr/local/bin/dramabot run"],
    ["Type", "notify"],
    ["NotifyAccess", "all"],
    ["ExecReload", "/bin/kill -s HUP $MAINPID"],
    ["Restart", "on-failure"],
    ["RestartPreventExitStatus", "78"],
    ["StartLimitIntervalSec", "0"],
    ["WatchdogSec", "60"],
    ["DynamicUser", "yes"],
    ["StateDirectory", "dramabot"],
    ["ReadOnlyPaths", "-%S/private/dramabot/plugins"],
    ["ProtectSystem", "strict"],
    ["NoNewPrivileges", "yes"],
    ["CapabilityBoundingSet", ""],
    ["EnvironmentFile", "/etc/dramabot/.env"],
    ["Environment", "DATA_DIR=%S/dramabot PLUGINS_DIR=%S/dramabot/plugins"],
  ] as const)
    assert.deepEqual(unit.get(name), [value], name);
  assert.ok(!unit.has("MemoryDenyWriteExecute"), "V8 could not compile");
  assert.ok(!unit.has("ProcSubset"), "memory and processors could not be read");
});

test("a program in a home is seen by the service, others' homes are not where that can be helped", () => {
  assert.deepEqual(settings(unitFile(["/home/me/dramabot"])).get("ProtectHome"), ["read-only"]);
  assert.deepEqual(settings(unitFile(["/opt/node", "/home/me/dramabot/core/main.ts"])).get("ProtectHome"), [
    "read-only",
  ]);
  assert.deepEqual(settings(unitFile(["/opt/dramabot"])).get("ProtectHome"), ["yes"]);
});

test("paths that no unit can hold are refused", () => {
  for (const path of [
    "/opt/a\nExecStartPre=/bin/evil",
    "/opt/a\rb",
    "/opt/\u0000",
    "/opt/\ufffd",
    "/opt/it's",
    '/opt/"',
    "/opt/a\\b",
  ])
    assert.throws(() => unitFile([path]), { code: "service.refused", message: /Put the program at another path/ });
});

const noSystemd =
  spawnSync("systemd-analyze", ["--version"]).error !== undefined && "needs systemd-analyze (apt-get install systemd)";
if (noSystemd && process.env.CI) throw new Error(noSystemd);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-unit-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What systemd says of a unit; "" when it has nothing to say. */
function verify(t: TestContext, unit: string): string {
  const file = join(folder(t), "dramabot.service");
  writeFileSync(file, unit);
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  return status === 0 && stdout + stderr === "" ? "" : `${status} ${stdout}${stderr}`;
}

/** A program of that name that may be run. */
function programAt(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

test("systemd finds nothing wrong with it, and finds what is wrong", { skip: noSystemd }, (t) => {
  const program = programAt(join(folder(t), "dramabot"));
  const unit = unitFile([program]);
  assert.equal(verify(t, unit), "");
  assert.match(
    verify(t, unit.replace("ProtectSystem=strict", "ProtectSystem=stricter")),
    /Failed to parse protect system value/,
  );
  assert.match(verify(t, unitFile([join(program, "nowhere")])), /not executable|No such file|Not a directory/);
});

test("systemd takes programs at paths of every kind", { skip: noSystemd }, (t) => {
  for (const name of [
    "a b",
    "100%",
    "50%h",
    "it's",
    'say "hi"',
    "back\\slash",
    "$HOME",
    "$" + "{X}",
    "a;b",
    "-x",
    "日本",
    "👩‍👩‍👧",
    "<&>",
  ]) {
    const main = programAt(join(folder(t), name, "main.ts"));
    if (!/['"\\]/.test(name)) assert.equal(verify(t, unitFile([main])), "", name);
    assert.equal(verify(t, unitFile(["/bin/sh", main])), "", name);
  }
});

test("systemd finds it well shut in", { skip: noSystemd }, (t) => {
  const file = join(folder(t), "dramabot.service");
  writeFileSync(file, unitFile(["/bin/sh"]));
  const judge = (threshold: number) =>
    spawnSync("systemd-analyze", ["security", "--offline=yes", `--threshold=${threshold}`, "--no-pager", file], {
      encoding: "utf8",
    });
  const { status, stdout } = judge(25);
  assert.equal(status, 0, stdout);
  assert.notEqual(judge(5).status, 0, "the threshold judges nothing");
});
