import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { createUpstream } from "../../bench/upstream.ts";
import { createPlayground, openUpstreams, type Playground } from "../../core/playground/index.ts";
import { program } from "../program.ts";
import { dataFolder, startBot } from "./bot.ts";

const EX_CONFIG = 78;

async function openDesk(t: TestContext): Promise<{ desk: Playground; upstreamCalls(): number }> {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  await openUpstreams(desk, []);
  const upstream = createUpstream({ latency: 1, poster: `${desk.url}/posters/poster.png?title=Test` });
  desk.mount("/upstream", (request) => upstream.fetch(request));
  return { desk, upstreamCalls: () => upstream.calls };
}

async function askForCard(desk: Playground): Promise<string> {
  const userId = desk.users[0]?.id ?? 0;
  const before = desk.calls.length;
  desk.world.send({ chatId: userId, userId, text: "/mdlurl https://mydramalist.com/77-title" });
  await desk.waitFor((call) => desk.calls.indexOf(call) >= before && call.method === "sendPhoto" && call.ok, {
    timeout: 15_000,
  });
  return desk.world.messages(userId).at(-1)?.caption ?? "";
}

async function ending(bot: ChildProcess, signal?: NodeJS.Signals): Promise<{ status: unknown; errors: string }> {
  let errors = "";
  bot.stderr?.on("data", (piece) => {
    errors += String(piece);
  });
  const ended = once(bot, "exit");
  if (signal) bot.kill(signal);
  const [status] = await ended;
  return { status, errors };
}

test("a restart with a filled cache and the upstreams off still gives the card", async (t) => {
  const { desk, upstreamCalls } = await openDesk(t);
  const data = dataFolder(t);
  const first = startBot(desk, data);
  assert.match(await askForCard(desk), /^Title 77 /);
  assert.equal((await ending(first, "SIGTERM")).status, 0);
  assert.equal(upstreamCalls(), 1);
  desk.mount("/upstream", () => new Response("gone", { status: 503 }));
  const second = startBot(desk, data);
  assert.match(await askForCard(desk), /^Title 77 /);
  assert.equal((await ending(second, "SIGTERM")).status, 0);
  assert.equal(upstreamCalls(), 1);
});

test("a bot whose log cannot be written answers all the same, and ends in good order", {
  skip: !existsSync("/dev/full") && "needs a device that is always full",
}, async (t) => {
  const { desk } = await openDesk(t);
  const full = openSync("/dev/full", "w");
  t.after(() => closeSync(full));
  const bot = startBot(desk, dataFolder(t), { LOG_LEVEL: "INFO" }, { stdout: full });
  assert.match(await askForCard(desk), /^Title 77 /);
  assert.match(await askForCard(desk), /^Title 77 /);
  const { status, errors } = await ending(bot, "SIGTERM");
  assert.equal(status, 0);
  assert.doesNotMatch(errors, /nobody caught/);
});

test("a second bot on the same data is refused and told the first one's process id", async (t) => {
  const { desk } = await openDesk(t);
  const data = dataFolder(t);
  const first = startBot(desk, data);
  await askForCard(desk);
  const { status, errors } = await ending(startBot(desk, data));
  assert.equal(status, EX_CONFIG);
  assert.match(errors, new RegExp(`Process ${first.pid} already runs`));
  assert.equal((await ending(first, "SIGTERM")).status, 0);
});

test("a token that Telegram refuses ends the bot with status 78 and is not shown", async (t) => {
  const { desk } = await openDesk(t);
  const token = "1000000001:AAWrongWrongWrongWrongWrongWrongWrong";
  const { status, errors } = await ending(startBot(desk, dataFolder(t), { BOT_TOKEN: token }));
  assert.equal(status, EX_CONFIG);
  assert.match(errors, /Telegram refuses the token/);
  assert.ok(!errors.includes(token));
});

for (const [what, method] of [
  ["say who it is", "getMe"],
  ["give updates", "getUpdates"],
] as const) {
  test(`asked to stop while Telegram does not ${what}, the bot ends at once and in good order`, async (t) => {
    const { desk } = await openDesk(t);
    const asked = Promise.withResolvers<void>();
    desk.mount("/silent", async (request) => {
      const path = new URL(request.url).pathname;
      if (!path.endsWith(method)) return fetch(desk.apiRoot + path, { method: "POST", body: await request.text() });
      asked.resolve();
      return new Promise<never>(() => undefined);
    });
    const bot = startBot(desk, dataFolder(t), { TELEGRAM_API_ROOT: `${desk.url}/silent` });
    await asked.promise;
    assert.equal((await ending(bot, "SIGTERM")).status, 0);
  });
}

test("another program that holds the database for some seconds delays an answer, and ends nothing", async (t) => {
  const { desk } = await openDesk(t);
  const data = dataFolder(t);
  const bot = startBot(desk, data);
  await askForCard(desk);
  const holder = new DatabaseSync(join(data, "bot.db"));
  holder.exec("BEGIN IMMEDIATE");
  let errors = "";
  bot.stdout?.on("data", (piece) => {
    errors += String(piece);
    if (errors.includes("could not be written down") && holder.isOpen) holder.close();
  });
  assert.match(await askForCard(desk), /^Title 77 /);
  assert.match(errors, /"code":"store.locked".*Updates could not be written down\. They are still with Telegram/);
  assert.equal((await ending(bot, "SIGTERM")).status, 0);
});

test("the playground ends in good order with its terminal", async (t) => {
  const child = spawn(...program("playground"), { cwd: dataFolder(t), stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  assert.equal((await ending(child, "SIGHUP")).status, 0);
});

test("a damaged database is named, and left as it is", async (t) => {
  const { desk } = await openDesk(t);
  const data = dataFolder(t);
  writeFileSync(join(data, "bot.db"), "no database at all");
  const { status, errors } = await ending(startBot(desk, data));
  assert.equal(status, 78);
  assert.match(errors, /bot\.db is no database/);
  assert.equal(readFileSync(join(data, "bot.db"), "utf8"), "no database at all");
});

test("a lookup prints the record, and nothing else, on stdout", async (t) => {
  const { desk } = await openDesk(t);
  const data = dataFolder(t);
  const child = spawn(...program("lookup", "mdl", "77-title", "--json"), {
    cwd: data,
    env: { MYDRAMALIST_DETAILS_URL: `${desk.url}/upstream/id/{}`, MYDRAMALIST_PROVIDERS: "json" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (piece) => {
    output += String(piece);
  });
  const [status] = await once(child, "close");
  assert.equal(status, 0);
  assert.equal(JSON.parse(output).title, "Title 77");
});

test("a wrong command or option names the nearest right one", () => {
  const run = (...words: string[]) => spawnSync(...program(...words), { encoding: "utf8" });
  assert.match(run("playgroud").stderr, /Did you mean playground\?/);
  const wrong = run("lookup", "mdl", "x", "--jsn");
  assert.match(wrong.stderr, /Did you mean --json\?/);
  assert.notEqual(wrong.status, 0);
});
