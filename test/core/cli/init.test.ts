import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createPlayground, type Playground } from "../../../core/playground/index.ts";
import { dramabot, failureOf, folder, MAIN } from "./cli.ts";

const world: { desk?: Playground } = {};

before(async () => {
  world.desk = await createPlayground();
});

after(() => world.desk?.dispose());

const env = () => ({ TELEGRAM_API_ROOT: world.desk?.apiRoot ?? "" });
const token = () => world.desk?.token ?? "";
const other = "123456789:AAExampleExampleExampleExampleExample";

/** A folder with a file that holds the token. */
function withToken(t: Parameters<typeof folder>[0], text = `${token()}\n`): string {
  const cwd = folder(t);
  writeFileSync(join(cwd, "token.txt"), text);
  return cwd;
}

const flags = ["init", "--token-file", "token.txt", "--owner", "987654321"];

test("without a terminal, a file and an id make a .env that only its owner may read, and that the bot takes", async (t) => {
  const cwd = withToken(t);
  const { status, stdout, stderr } = await dramabot(flags, { cwd, env: env() });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(
    stdout,
    /^Telegram knows this bot as @dramabot_playground_bot\.\n\.env is written, .*\nNext: dramabot doctor/,
  );
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), `BOT_TOKEN=${token()}\nOWNER_ID=987654321\n`);
  if (process.platform !== "win32") assert.equal(statSync(join(cwd, ".env")).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(cwd).sort(), [".env", "token.txt"]);
  assert.match((await dramabot(["config"], { cwd })).stdout, /OWNER_ID +987654321 +\(environment\)/);
});

test("without a terminal and without words, it says what to give, and writes nothing", async (t) => {
  for (const words of [["init"], ["init", "--owner", "1"]]) {
    const cwd = folder(t);
    const ended = await dramabot(words, { cwd, env: env() });
    assert.equal(ended.status, 1);
    assert.match(failureOf(ended), /^error \(init\.refused\): .*--token-file.*--owner/);
    assert.deepEqual(readdirSync(cwd), []);
  }
});

test("a file of --token-file that is not there, or a folder, is told in one line", async (t) => {
  const cwd = folder(t);
  for (const [name, why] of [
    ["nofile", "is not there"],
    [".", "is a folder"],
  ] as const) {
    const ended = await dramabot(["init", "--token-file", name, "--owner", "1"], { cwd, env: env() });
    assert.equal(ended.status, 1);
    const said = `error (init.refused): ${JSON.stringify(name)}, the file of --token-file, ${why}. Give one that holds the token and nothing else.`;
    assert.equal(failureOf(ended), said);
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test("a .env that others could read is closed to them, and its other lines stay", async (t) => {
  const cwd = withToken(t);
  writeFileSync(join(cwd, ".env"), "# mine\nexport PORT=1111\n", { mode: 0o644 });
  assert.equal((await dramabot(flags, { cwd, env: env() })).status, 0);
  const after = `# mine\nexport PORT=1111\nBOT_TOKEN=${token()}\nOWNER_ID=987654321\n`;
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), after);
  if (process.platform !== "win32") assert.equal(statSync(join(cwd, ".env")).mode & 0o777, 0o600);
});

test("another token or owner is replaced only with --force, and the same one is no other", async (t) => {
  const cwd = withToken(t);
  const before = `BOT_TOKEN=${other}\nOWNER_ID=5\nX=\${BOT_TOKEN}\n`;
  writeFileSync(join(cwd, ".env"), before);
  const refused = await dramabot(flags, { cwd, env: env() });
  assert.match(failureOf(refused), /^error \(init\.refused\): \.env sets another BOT_TOKEN\. .*--force/);
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), before);
  assert.equal((await dramabot([...flags, "--force"], { cwd, env: env() })).status, 0);
  // X meant the old token, and goes on to mean it.
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), `${before}BOT_TOKEN=${token()}\nOWNER_ID=987654321\n`);
  assert.equal((await dramabot(flags, { cwd, env: env() })).status, 0);
  assert.equal((await dramabot(["init"], { cwd, env: env() })).status, 0, "what is there is enough");
});

test("a token that is none, or that Telegram refuses, writes nothing and is not shown", async (t) => {
  for (const [text, wanted] of [
    [other, /^error \(telegram\.unauthorized\): /],
    ["", /^error \(init\.refused\): That is no BOT_TOKEN; wanted: the token @BotFather/],
    [`${other}\nX=1`, /^error \(init\.refused\)/],
    ["x".repeat(100_000), /^error \(init\.refused\)/],
    ["\u0000\u001b[31m", /^error \(init\.refused\)/],
  ] as const) {
    const cwd = withToken(t, text);
    const ended = await dramabot(flags, { cwd, env: env() });
    assert.notEqual(ended.status, 0);
    assert.match(failureOf(ended), wanted);
    assert.ok(!/AAExample/.test(ended.stderr) && !ended.stderr.includes("\u001b"), ended.stderr);
    assert.deepEqual(readdirSync(cwd), ["token.txt"]);
  }
});

test("an owner that is none is refused", async (t) => {
  const cwd = withToken(t);
  for (const owner of ["@me", "0", "5\nX=1"]) {
    const ended = await dramabot(["init", "--token-file", "token.txt", `--owner=${owner}`], { cwd, env: env() });
    assert.match(
      failureOf(ended),
      /^error \(init\.refused\): That is no OWNER_ID; wanted: your numeric Telegram id/,
      owner,
    );
  }
  assert.deepEqual(readdirSync(cwd), ["token.txt"]);
});

test("a Telegram that cannot be reached writes nothing, unless the token is not to be checked", async (t) => {
  const cwd = withToken(t);
  const away = { TELEGRAM_API_ROOT: "http://127.0.0.1:1" };
  const ended = await dramabot(flags, { cwd, env: away });
  assert.match(failureOf(ended), /^error \(telegram\.unreachable\): /);
  assert.deepEqual(readdirSync(cwd), ["token.txt"]);
  const unchecked = await dramabot([...flags, "--no-check"], { cwd, env: away });
  assert.equal(unchecked.status, 0);
  assert.match(unchecked.stdout, /^The token was not checked\.\n/);
});

test("a .env that cannot be edited is left alone", async (t) => {
  for (const make of [
    (file: string) => writeFileSync(file, Buffer.from("\ufeffPORT=1\n", "utf16le")),
    (file: string) => writeFileSync(file, Buffer.from([0x50, 0x3d, 0xe9, 0x0a])),
    (file: string) => writeFileSync(file, `#${"x".repeat(1_100_000)}`),
  ]) {
    const cwd = withToken(t);
    make(join(cwd, ".env"));
    const before = statSync(join(cwd, ".env"));
    const ended = await dramabot(flags, { cwd, env: env() });
    assert.equal(ended.status, 1);
    assert.match(failureOf(ended), /^error \(init\.refused\): .* left as it is\.$/);
    assert.equal(statSync(join(cwd, ".env")).mtimeMs, before.mtimeMs);
  }
});

test("a .env that is a link is not followed: what it leads to keeps its content and mode, and is named", async (t) => {
  const cwd = withToken(t);
  writeFileSync(join(cwd, "real"), "PORT=1\n", { mode: 0o644 });
  for (const target of ["real", "nowhere"]) {
    rmSync(join(cwd, ".env"), { force: true });
    symlinkSync(target, join(cwd, ".env"));
    const ended = await dramabot(flags, { cwd, env: env() });
    assert.equal(ended.status, 1);
    const todo = "Set BOT_TOKEN and OWNER_ID there yourself, or take the link away and try again.";
    assert.ok(failureOf(ended).endsWith(`.env is a link to ${target}, so it was left as it is. ${todo}`), ended.stderr);
    assert.equal(readlinkSync(join(cwd, ".env")), target);
  }
  assert.equal(readFileSync(join(cwd, "real"), "utf8"), "PORT=1\n");
  if (process.platform !== "win32") assert.equal(statSync(join(cwd, "real")).mode & 0o777, 0o644);
  assert.deepEqual(readdirSync(cwd).sort(), [".env", "real", "token.txt"]);
});

test("a .env that is a folder or a named pipe is told in one line", async (t) => {
  for (const [what, make] of [
    ["a folder", mkdirSync],
    ...(process.platform === "win32"
      ? []
      : [["a named pipe", (file: string) => execFileSync("mkfifo", [file])] as const]),
  ] as const) {
    const cwd = withToken(t);
    make(join(cwd, ".env"));
    const ended = await dramabot(flags, { cwd, env: env() });
    assert.equal(ended.status, 1);
    const end = `.env is ${what}, and no file, so it was left as it is. Take it away and try again.`;
    assert.ok(failureOf(ended).endsWith(end), ended.stderr);
  }
});

test("an owner that is none is told before one that stands in .env already", async (t) => {
  const cwd = withToken(t);
  writeFileSync(join(cwd, ".env"), "OWNER_ID=5\n");
  const ended = await dramabot(["init", "--token-file", "token.txt", "--owner", "abc"], { cwd, env: env() });
  assert.match(failureOf(ended), /^error \(init\.refused\): That is no OWNER_ID; wanted: /);
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), "OWNER_ID=5\n");
});

test("what the environment sets otherwise is told, for it wins", async (t) => {
  const cwd = withToken(t);
  const { stdout } = await dramabot(flags, { cwd, env: { ...env(), OWNER_ID: "5" } });
  assert.match(stdout, /\nOWNER_ID stands in the environment too, with another value, which wins\.\n/);
});

const noScript = spawnSync("script", ["--version"]).error !== undefined && "needs script (apt-get install bsdutils)";
if (noScript && process.env.CI) throw new Error(noScript);

/** Runs `init` on a terminal and types an answer whenever it asks. */
async function type(cwd: string, answers: readonly string[]) {
  const child = spawn("script", ["-qec", `"${process.execPath}" "${MAIN}" init`, "/dev/null"], {
    cwd,
    env: { ...env(), PATH: process.env.PATH ?? "", SHELL: "/bin/sh", TERM: "dumb" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let [shown, asked] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    shown += piece;
    const questions =
      shown.match(/(?:not shown\)|@userinfobot\)(?:; Enter keeps the one in \.env)?|in \.env): /g)?.length ?? 0;
    if (questions > asked && asked < answers.length) child.stdin.write(answers[asked++] ?? "");
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, shown };
}

test("on a terminal it asks until the answers are right, and never shows the token", { skip: noScript }, async (t) => {
  const cwd = folder(t);
  const { status, shown } = await type(cwd, ["AAExample\r", `${other}\r`, `${token()}\r`, "me\r", "987654321\r"]);
  assert.equal(status, 0, shown);
  assert.match(shown, /That is no BOT_TOKEN/);
  assert.match(shown, /Telegram refuses this token/);
  assert.match(shown, /That is no OWNER_ID/);
  assert.match(shown, /987654321/);
  assert.doesNotMatch(shown, /AAExample|AAPlayground/);
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), `BOT_TOKEN=${token()}\nOWNER_ID=987654321\n`);
});

test("on a terminal, Enter keeps what is in .env", { skip: noScript }, async (t) => {
  const cwd = folder(t);
  const before = `BOT_TOKEN=${token()}\nOWNER_ID=5\n`;
  writeFileSync(join(cwd, ".env"), before);
  chmodSync(join(cwd, ".env"), 0o644);
  const { status, shown } = await type(cwd, ["\r", "\r"]);
  assert.equal(status, 0, shown);
  assert.equal(readFileSync(join(cwd, ".env"), "utf8"), before);
});

test("on a terminal, Ctrl+C and Ctrl+D end it with nothing written", { skip: noScript }, async (t) => {
  for (const key of ["\u0003", "\u0004"]) {
    const cwd = folder(t);
    const { status, shown } = await type(cwd, [key]);
    assert.equal(status, 1, shown);
    assert.match(shown, /error \(init\.refused\): Nothing was written/);
    assert.deepEqual(readdirSync(cwd), []);
  }
});
