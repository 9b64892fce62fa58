import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createPlayground, type Playground } from "../../../core/playground/index.ts";
import { dramabot, folder, MAIN } from "./cli.ts";
import { startRun } from "./operator-stage.ts";

const world: { desk?: Playground } = {};

before(async () => {
  world.desk = await createPlayground();
});

after(() => world.desk?.dispose());

const bot = (env: Record<string, string> = {}) => ({
  BOT_TOKEN: world.desk?.token ?? "",
  OWNER_ID: "1",
  TELEGRAM_API_ROOT: world.desk?.apiRoot ?? "",
  PORT: "0",
  LOG_LEVEL: "ERROR",
  ...env,
});

/** The last line on stderr; the log on stdout has its own say. */
function lineOf(stderr: string): string {
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, stderr);
  return lines[0] ?? "";
}

test("a port that is taken is told with what to do", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo; // it listens on TCP
  const { status, stderr } = await dramabot(["run"], { cwd: folder(t), env: bot({ PORT: String(port) }) });
  assert.equal(status, 1);
  assert.match(
    lineOf(stderr),
    /^error \(EADDRINUSE\): .* Another program listens there\. Stop it, or choose another port\.$/,
  );
});

test("an address that this machine has not got is told as that, for a network may come later", async (t) => {
  const { status, stderr } = await dramabot(["run"], { cwd: folder(t), env: bot({ HOST: "203.0.113.7" }) });
  assert.equal(status, 1);
  assert.match(
    lineOf(stderr),
    /^error \(EADDRNOTAVAIL\): .* This machine has no such address\. Choose another one to listen on\.$/,
  );
});

test("what is no address is a fault of the configuration, by the setting's name", async (t) => {
  const cwd = folder(t);
  const [run, playground] = await Promise.all([
    dramabot(["run"], { cwd, env: bot({ HOST: "256.1.1.1" }) }),
    dramabot(["playground", "--host", "256.1.1.1"], { cwd }),
  ]);
  for (const [{ status, stderr }, setting] of [
    [run, "HOST"],
    [playground, "--host"],
  ] as const) {
    assert.equal(status, 78);
    const [first = "", second = ""] = stderr.split("\n");
    assert.equal(first, "error (config.invalid): The configuration has a problem:");
    const wanted = "wanted: an address of this machine to listen on, such as 127.0.0.1 or 0.0.0.0";
    assert.ok(second.startsWith(`  ${setting} holds "256.1.1.1"; ${wanted} (E`), second);
  }
});

test("a data folder that cannot be is a fault of the configuration", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "file"), "");
  const [run, playground] = await Promise.all([
    dramabot(["run"], { cwd, env: bot({ DATA_DIR: "file/data" }) }),
    dramabot(["playground", "--data", "file/data"], { cwd }),
  ]);
  for (const { status, stdout, stderr } of [run, playground]) {
    assert.deepEqual([status, stdout], [78, ""]);
    assert.match(stderr, /\n {2}DATA_DIR holds "file\/data"; wanted: a folder the bot may write to \(ENOTDIR/);
  }
});

test("a playground on a running bot's data is refused", async (t) => {
  const cwd = folder(t);
  const { lockDataFolder } = await import("../../../core/platform/data-lock.ts");
  t.after(lockDataFolder(cwd));
  const { status, stderr } = await dramabot(["playground", "--data", cwd], { cwd });
  assert.equal(status, 78);
  assert.match(lineOf(stderr), new RegExp(`^error \\(data\\.locked\\): Process ${process.pid} already runs with `));
});

test("a playground's folder of captured pages that is none is told", async (t) => {
  const replay = await dramabot(["playground", "--replay", "nowhere"], { cwd: folder(t) });
  assert.equal(replay.status, 78);
  assert.match(replay.stderr, /--replay holds "nowhere"; wanted: a folder with captured pages\n$/);
});

test("a rejection nobody looks at is logged and ends nothing; an error nobody catches is logged and ends the process", async () => {
  const modules = ["cli/strays.ts", "telemetry/log.ts"].map(
    (path) => new URL(`../../../core/${path}`, import.meta.url).href,
  );
  const script = (fault: string) => `
    const [{ watchStrays }, { createLog }] = await Promise.all(${JSON.stringify(modules)}.map((path) => import(path)));
    const log = createLog({ destination: "stdout", format: "json", level: "info" });
    watchStrays().logIn(log).attribute(() => undefined);
    setImmediate(() => { ${fault} });
    setTimeout(() => { log.logger("test").info("still here"); log.flush(); }, 50);`;
  for (const [fault, status, still] of [
    ["Promise.reject(new Error('secret https://me:hunter22@h/'))", 0, true],
    ["Promise.reject(undefined)", 0, true],
    ["throw new Error('secret https://me:hunter22@h/')", 1, false],
  ] as const) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(fault)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, errors] = ["", ""];
    child.stdout.on("data", (piece) => {
      out += String(piece);
    });
    child.stderr.on("data", (piece) => {
      errors += String(piece);
    });
    assert.equal(await new Promise((resolve) => child.on("close", resolve)), status);
    assert.match(out, /"level":"ERROR".*"logger":"main"/);
    assert.equal(out.includes("still here"), still);
    assert.ok(!out.includes("hunter22") && errors === "", errors);
  }
});

test("a bot starts beside a plugin that is a named pipe, and ends when it is asked to", {
  skip: process.platform === "win32" && "needs named pipes",
}, async (t) => {
  const cwd = folder(t);
  execFileSync("mkfifo", [join(cwd, "pipe.ts")]);
  const running = await startRun(t, { cwd, env: bot({ PLUGINS_DIR: ".", PATH: process.env.PATH ?? "" }) });
  assert.equal(await running.stop(), 0);
});

test("a bot that has no connection to Telegram yet ends at once when it is asked to", async (t) => {
  // Nobody answers the greeting of TLS.
  const arrived = Promise.withResolvers<Socket>();
  const silent = createTcpServer(arrived.resolve).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo; // it listens on TCP
  const env = bot({ TELEGRAM_API_ROOT: `https://127.0.0.1:${port}` });
  const child = spawn(process.execPath, [MAIN, "run"], { cwd: folder(t), env, stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  const socket = await arrived.promise;
  t.after(() => {
    socket.destroy();
    silent.close();
  });
  const begun = performance.now();
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.ok(performance.now() - begun < 5_000, "it waited for the connection");
});

test("a supervisor is told when the bot takes updates and when it ends, and does not see the token", {
  skip: process.platform === "win32" && "needs a shell",
}, async (t) => {
  const cwd = folder(t);
  const notify = join(cwd, "systemd-notify");
  writeFileSync(notify, `#!/bin/sh\necho "$* \${BOT_TOKEN-without the token}" >> "$0.written"\n`, { mode: 0o755 });
  const env = bot({ NOTIFY_SOCKET: join(cwd, "socket"), PATH: `${cwd}:/usr/bin:/bin`, WATCHDOG_USEC: "30000" });
  const child = spawn(process.execPath, [MAIN, "run"], { cwd, env, stdio: "inherit" });
  t.after(() => child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const written = () => (existsSync(`${notify}.written`) ? readFileSync(`${notify}.written`, "utf8") : "");
  await new Promise<void>((resolve) => {
    const watcher = watch(cwd, () => {
      if (!written().includes("WATCHDOG=1")) return;
      watcher.close();
      resolve();
    });
    child.once("exit", () => resolve());
  });
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  const lines = written().trimEnd().split("\n");
  assert.match(lines.join("\n"), /^STATUS=dramabot \S+ answers as @dramabot_playground_bot without the token$/m);
  assert.ok(lines.includes("STOPPING=1 without the token"), lines.join("\n"));
  assert.ok(lines.includes("READY=1 without the token"));
});
