import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dramabot, failureOf, folder, MAIN } from "./cli.ts";

const noSystemd = { skip: existsSync("/run/systemd/system") && "would change this machine's services" };

test("--print shows the unit of this very program and changes nothing", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "bot.config.ts"), "");
  const { status, stdout } = await dramabot(["service", "install", "--print"], { cwd });
  assert.equal(status, 0);
  assert.ok(stdout.includes(`\nExecStart=${process.execPath} ${MAIN} run\n`), stdout);
  const chosen = await dramabot(["--config", "bot.config.ts", "service", "install", "--print"], { cwd });
  assert.ok(chosen.stdout.includes(`${MAIN} --config ${join(cwd, "bot.config.ts")} run\n`), chosen.stdout);
  assert.match(chosen.stderr, /^The service's user could not run it: .* Put the program where everybody may run it/);
  assert.deepEqual(readdirSync(cwd), ["bot.config.ts"]);
});

test("a machine without systemd is told so, whatever is wanted of it", noSystemd, async () => {
  for (const words of [["install"], ["uninstall"], ["uninstall", "--purge"], ["status"]]) {
    const ended = await dramabot(["service", ...words]);
    assert.equal(ended.status, 1, words.join(" "));
    assert.match(failureOf(ended), /^error \(service\.refused\): /);
  }
});

test("whoever is not root is told to be", {
  skip: process.getuid?.() === 0 ? false : "needs root to become somebody else",
}, async () => {
  const module = new URL("../../../core/cli/service.ts", import.meta.url).href;
  const script = `const { install, uninstall } = await import(${JSON.stringify(module)});
    process.setuid(65534);
    for (const wanted of [() => install({}), () => uninstall({ purge: true })])
      try { wanted(); console.log("done"); } catch (error) { console.log(error.code + " " + error.message); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (piece) => {
    said += String(piece);
  });
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(
    said,
    "service.refused Only root may install a service. Run it with sudo.\nservice.refused Only root may remove a service. Run it with sudo.\n",
  );
});
