import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { notifySupervisor } from "../../../core/platform/notify.ts";

const posix = { skip: process.platform === "win32" && "needs a shell" };

/** A `systemd-notify` that writes down its words and its environment, and does what it is told. */
function stand(t: TestContext, does = "") {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-notify-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "systemd-notify");
  writeFileSync(
    program,
    `#!/bin/sh\necho "$* [$(env | grep -v '^PWD\\|^_\\|^SHLVL\\|^OLDPWD' | cut -d= -f1 | sort | tr '\\n' ' ')]" >> "$0.written"\n${does}\n`,
  );
  chmodSync(program, 0o755);
  const lines = () =>
    existsSync(`${program}.written`) ? readFileSync(`${program}.written`, "utf8").trimEnd().split("\n") : [];
  let look: () => void = () => undefined;
  const watcher = watch(folder, () => look());
  t.after(() => watcher.close());
  /** Waits until so many messages were sent. */
  const until = (count: number) =>
    new Promise<readonly string[]>((resolve) => {
      look = () => {
        if (lines().length >= count) resolve(lines());
      };
      look();
    });
  const environment = { NOTIFY_SOCKET: "/run/systemd/notify", PATH: `${folder}:/usr/bin:/bin`, BOT_TOKEN: "hunter22" };
  return { until, lines, environment };
}

test("systemd is told ready and stopping, with nothing of the environment but the socket", posix, async (t) => {
  const { until, environment } = stand(t);
  const notice = notifySupervisor({ environment, onProblem: assert.fail });
  notice.ready("answers as @x\nSTOPPING=1 $HOME `id`");
  notice.stopping();
  notice.dispose();
  assert.deepEqual(
    await until(3),
    ["STATUS=answers as @x STOPPING=1 $HOME `id`", "READY=1", "STOPPING=1"].map(
      (words) => `${words} [NOTIFY_SOCKET PATH ]`,
    ),
  );
});

test("the watchdog is fed until it ends", posix, async (t) => {
  const { until, lines, environment } = stand(t);
  const mine = { WATCHDOG_USEC: "60000", WATCHDOG_PID: String(process.pid) };
  const notice = notifySupervisor({ environment: { ...environment, ...mine }, onProblem: assert.fail });
  notice.ready("");
  const first = await until(5);
  assert.deepEqual(
    first.slice(2, 5).map((line) => line.replace(/ \[.*/, "")),
    Array(3).fill("WATCHDOG=1"),
  );
  notice.stopping();
  notice.dispose();
  // Whatever was under way comes before it, and nothing behind it.
  const isOver = () => lines().some((line) => line.startsWith("STOPPING=1"));
  for (let count = first.length; !isOver(); count++) await until(count);
  notice.stopping();
});

test("the watchdog is left alone when it is off, wrong, or another process's", posix, async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  for (const [WATCHDOG_USEC, WATCHDOG_PID] of [["60000", "1"], ["0"], ["x"], [""], ["-1"], ["1e6"]]) {
    const { until, lines, environment } = stand(t);
    const notice = notifySupervisor({
      environment: { ...environment, WATCHDOG_USEC, WATCHDOG_PID },
      onProblem: assert.fail,
    });
    notice.ready("");
    t.mock.timers.tick(600_000);
    notice.stopping();
    notice.dispose();
    await until(3);
    assert.match(lines()[2] ?? "", /^STOPPING=1/, String(WATCHDOG_USEC));
  }
});

for (const [what, does, wanted] of [
  ["fails", "exit 1", /: systemd-notify ended with status 1\.$/],
  ["is killed", "kill -9 $$", /: systemd-notify ended with status 137\.$/],
] as const) {
  test(`a systemd-notify that ${what} is told once, and the bot goes on`, posix, async (t) => {
    const { environment, until } = stand(t, does);
    const problems: string[] = [];
    const first = Promise.withResolvers<void>();
    const onProblem = (message: string) => {
      problems.push(message);
      first.resolve();
    };
    const notice = notifySupervisor({ environment: { ...environment, WATCHDOG_USEC: "30000" }, onProblem });
    notice.ready("");
    await first.promise;
    await until(6);
    notice.dispose();
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", wanted);
  });
}

test("a systemd-notify that is missing is told", posix, async (t) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const environment = { NOTIFY_SOCKET: "/run/x", PATH: join(tmpdir(), "nowhere") };
  const notice = notifySupervisor({ environment, onProblem: resolve });
  t.after(() => notice.dispose());
  notice.ready("");
  assert.match(await promise, /: there is no systemd-notify\.$/);
});

test("it keeps no process from its end, and its relay ends with it however that ends", posix, async (t) => {
  const { environment, until } = stand(t);
  const module = new URL("../../../core/platform/notify.ts", import.meta.url).href;
  for (const end of ["", "process.kill(process.pid, 'SIGKILL')"]) {
    const script = `const { notifySupervisor } = await import(${JSON.stringify(module)});
      const environment = ${JSON.stringify({ ...environment, WATCHDOG_USEC: "9000000" })};
      notifySupervisor({ environment, onProblem() {} }).ready("x"); ${end}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // Its standard output is closed only when the relay, which has it too, is gone.
    await once(child, "close");
  }
  await until(4);
});

test("outside of a service nothing is run", async () => {
  // It would be told that there is none.
  const environment = { PATH: join(tmpdir(), "nowhere"), WATCHDOG_USEC: "30000" };
  const problems: string[] = [];
  const notice = notifySupervisor({ environment, onProblem: (message) => problems.push(message) });
  notice.ready("");
  notice.stopping();
  const { promise, resolve } = Promise.withResolvers<string>();
  const inside = notifySupervisor({ environment: { ...environment, NOTIFY_SOCKET: "/run/x" }, onProblem: resolve });
  inside.stopping();
  await promise;
  inside.dispose();
  notice.dispose();
  assert.deepEqual(problems, []);
});

const receiver = `
import os, socket, subprocess, sys
path = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(path)
s.settimeout(20)
print("bound", flush=True)
stopping = False
while True:
    data, fds, _, _ = socket.recv_fds(s, 4096, 4)
    for fd in fds: os.close(fd)
    print(data.decode().replace("\\n", " "), flush=True)
    # systemd-notify waits until a descriptor that it sends last is closed.
    stopping = stopping or b"STOPPING" in data
    if stopping and b"BARRIER" in data: break
`;

const real = ["systemd-notify", "python3"].filter((name) => spawnSync(name, ["--version"]).error !== undefined);
const missing = real.length > 0 && `needs ${real.join(" and ")} (apt-get install systemd python3)`;
if (missing && process.env.CI) throw new Error(missing);

test("the real systemd-notify brings it to a socket", { skip: missing }, async (t) => {
  const { createInterface } = await import("node:readline");
  const folder = mkdtempSync(join(tmpdir(), "dramabot-notify-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const NOTIFY_SOCKET = join(folder, "socket");
  const child = spawn("python3", ["-c", receiver, NOTIFY_SOCKET], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await said.next()).value;
  assert.equal(await next(), "bound");
  const environment = { NOTIFY_SOCKET, PATH: process.env.PATH, WATCHDOG_USEC: "90000" };
  const notice = notifySupervisor({ environment, onProblem: assert.fail });
  notice.ready("answers as @x");
  const heard: (string | undefined)[] = [];
  while (!heard.includes("WATCHDOG=1")) heard.push(await next());
  assert.ok(
    heard.some((line) => /^READY=1/.test(line ?? "")) && heard.some((line) => /^STATUS=answers as @x/.test(line ?? "")),
    heard.join("\n"),
  );
  notice.stopping();
  notice.dispose();
  const rest: string[] = [];
  for await (const line of said) rest.push(line);
  assert.deepEqual(
    rest.map((line) => line.trim()).filter((line) => !/^(?:BARRIER|WATCHDOG)=1$/.test(line)),
    ["STOPPING=1"],
  );
});
