import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPlayground, openUpstreams, type Playground } from "../../core/playground/index.ts";
import { program } from "../program.ts";
import { dataFolder, startBot } from "./bot.ts";

const OWNER = 1;
const people = Array.from({ length: 6 }, (_, index) => ({
  id: index === 0 ? OWNER : 6_000_000_000 + index,
  is_bot: false,
  first_name: `Person ${index}`,
}));

async function stage(t: TestContext, plugin: string, more: Readonly<Record<string, string>> = {}) {
  const desk = await createPlayground({ users: people });
  t.after(() => desk.dispose());
  await openUpstreams(desk, []);
  const data = dataFolder(t);
  const plugins = join(data, "plugins");
  mkdirSync(plugins);
  writeFileSync(join(plugins, "odd.mjs"), plugin);
  const environment = { PLUGINS_DIR: plugins, STALL_TIMEOUT: "1", DATA_DIR: data, ...more };
  const start = () => {
    const bot = startBot(desk, data, environment);
    t.after(() => bot.kill("SIGKILL"));
    let printed = "";
    for (const stream of [bot.stdout, bot.stderr])
      stream?.on("data", (piece) => {
        printed += String(piece);
      });
    return { bot, ended: once(bot, "close"), printed: () => printed };
  };
  const cli = (...words: string[]) => {
    const { NODE_OPTIONS: _, ...rest } = process.env;
    return spawnSync(...program(...words), { cwd: data, encoding: "utf8", env: { ...rest, ...environment } });
  };
  return { desk, data, start, cli };
}

const command = (name: string, run: string) =>
  `ctx.commands.add({ name: ${JSON.stringify(name)}, description: "A command", run: ${run} });`;

/** What the bot said in a chat. */
const textsIn = (desk: Playground, chatId: number) =>
  desk.world.messages(chatId).flatMap(({ from, text }) => (from.is_bot ? [text ?? ""] : []));

async function until(what: string, isSo: () => boolean, patience = 15_000): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    assert.ok(waited < patience, `${what} did not come in time`);
    await sleep(20);
  }
}

/** How many locks on files a process holds, where the system tells. */
function locksOf({ pid }: ChildProcess): number | undefined {
  if (!existsSync("/proc/locks")) return undefined;
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .filter((line) => line.includes(` ${pid} `)).length;
}

const terminated = async ({ bot, ended }: { bot: ChildProcess; ended: Promise<unknown> }) => {
  bot.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
};

test("a message that makes a plugin loop for ever ends the process each time, is set aside, and everybody else is answered", async (t) => {
  const { desk, start } = await stage(
    t,
    `export default { id: "odd", version: "1.0.0", api: 1, setup(ctx) {
      ${command("spin", "async () => { await undefined; for (;;); }")}
      ${command("hello", 'async ({ reply }) => reply("Hello yourself")')}
    } };`,
  );
  for (const [index, { id }] of people.entries())
    desk.world.send({ chatId: id, userId: id, text: index === 2 ? "/spin" : "/hello" });
  const greeted = () => people.filter(({ id }) => textsIn(desk, id).includes("Hello yourself")).length;
  let lives = 0;
  for (; lives < 10; lives++) {
    const life = start();
    const ended = life.ended.then(() => true);
    const setAside = until("the end", () => life.printed().includes("set aside")).then(() => false);
    if (await Promise.race([ended, setAside])) {
      assert.deepEqual(await life.ended, [null, "SIGKILL"]);
      assert.match(life.printed(), /"logger":"heartbeat".*The event loop stood still for/);
      setAside.catch(() => undefined); // this life is over
      continue;
    }
    await until("the others' answers", () => greeted() === people.length - 1);
    await terminated(life);
    break;
  }
  t.diagnostic(`ended by it: ${lives} times`);
  assert.ok(lives >= 3 && lives <= 5, `it was ended ${lives} times before the message was set aside`);
});

test("a plugin that fails again and again is switched off, told of once, stays off after a restart, and comes back at a press", async (t) => {
  const { desk, start, cli } = await stage(
    t,
    `let broken = true; export default { id: "odd", version: "1.0.0", api: 1, setup(ctx) {
      ${command("fail", "async () => { throw new TypeError('x is undefined'); }")}
    } };`,
  );
  const [first, second] = people.slice(1).map(({ id }) => id) as [number, number]; // there are six
  const send = (text: string, chatId = first) => desk.world.send({ chatId, userId: chatId, text });
  const notices = () => textsIn(desk, OWNER).filter((text) => text.includes("I switched it off"));
  const one = start();
  for (let time = 0; time < 10; time++) send("/fail");
  await until("the notice", () => notices().length === 1);
  send("/fail", second);
  await until("the refusal", () => textsIn(desk, second).some((text) => text.startsWith("/fail is switched off")));
  await terminated(one);

  const listed = cli("plugin", "list");
  assert.match(listed.stdout, /^odd 1\.0\.0 quarantined/m);
  assert.match(
    listed.stdout,
    /error: Switched off after repeated failures, last in command \/fail: plugin\.failed, x is undefined/,
  );

  const two = start();
  send("/fail", second);
  await until(
    "the second refusal",
    () => textsIn(desk, second).filter((text) => text.startsWith("/fail is")).length === 2,
  );
  assert.equal(notices().length, 1);
  const notice = desk.world.messages(OWNER).find(({ text }) => text?.includes("I switched it off"));
  const press = (userId: number) =>
    desk.world.press({ chatId: OWNER, messageId: notice?.message_id ?? 0, userId, data: "q:odd" });
  press(OWNER);
  await until("the edit", () => textsIn(desk, OWNER).some((text) => text.includes("runs again")));
  send("/fail", second);
  await until("an apology", () => textsIn(desk, second).some((text) => text.startsWith("Something went wrong")));
  await terminated(two);
  assert.match(cli("plugin", "list").stdout, /^odd 1\.0\.0 active/m);
});

test("plugin enable brings one back beside a running bot, at SIGHUP", async (t) => {
  const { desk, start, cli } = await stage(
    t,
    `export default { id: "odd", version: "1.0.0", api: 1, setup(ctx) {
      ${command("fail", "async () => { throw new TypeError('x is undefined'); }")}
    } };`,
  );
  const none = cli("plugin", "enable", "odd");
  assert.equal(none.status, 1);
  assert.match(none.stderr, /No plugin "odd" is switched off in /);
  const id = people[1]?.id ?? 0;
  const send = () => desk.world.send({ chatId: id, userId: id, text: "/fail" });
  const life = start();
  for (let time = 0; time < 10; time++) send();
  await until("the notice", () => textsIn(desk, OWNER).some((text) => text.includes("I switched it off")));
  const enabled = cli("plugin", "enable", "odd");
  assert.equal(enabled.status, 0, enabled.stderr);
  assert.match(enabled.stdout, new RegExp(`kill -HUP ${life.bot.pid}`));
  const apologies = () => textsIn(desk, id).filter((text) => text.startsWith("Something went wrong")).length;
  const before = apologies();
  life.bot.kill("SIGHUP");
  for (let waited = 0; apologies() === before && waited < 15_000; waited += 200) {
    send();
    await sleep(200);
  }
  assert.ok(apologies() > before);
  assert.equal(cli("plugin", "enable", "odd").status, 1);
  await terminated(life);
});

test("a plugin whose timer throws is named, switched off in the end, and the bot answers all the while", async (t) => {
  const { desk, start, cli } = await stage(
    t,
    `export default { id: "odd", version: "1.0.0", api: 1, setup(ctx) {
      ${command("hello", 'async ({ reply }) => reply("Hello yourself")')}
      setTimeout(() => Promise.reject(new TypeError("nobody looks")), 50);
      setInterval(() => {
        throw new Error("boom at https://me:hunter22@h/");
      }, 100);
    } };`,
  );
  const id = people[1]?.id ?? 0;
  const life = start();
  await until("the first record", () => life.printed().includes("boom"));
  desk.world.send({ chatId: id, userId: id, text: "/hello" });
  await until("an answer", () => textsIn(desk, id).length > 0);
  await until("the notice", () => textsIn(desk, OWNER).some((text) => text.includes("I switched it off")));
  const records = life
    .printed()
    .split("\n")
    .filter((line) => line.includes('"logger":"plugin.odd"'))
    .map((line) => JSON.parse(line));
  const thrown = records.find(({ message }) => message.startsWith("A timer or event threw, and nobody caught it."));
  assert.equal(thrown?.level, "ERROR");
  assert.match(thrown?.place, /odd\.mjs:5$/);
  assert.ok(records.some(({ message }) => message.startsWith("A promise was rejected, and nobody looked at it.")));
  assert.ok(records.length <= 10, `a record each: ${records.length}`);
  assert.ok(!life.printed().includes("hunter22"));
  desk.world.send({ chatId: id, userId: id, text: "/hello" });
  await until("the refusal", () => textsIn(desk, id).some((text) => text.startsWith("/hello is switched off")));
  await terminated(life);
  assert.match(cli("plugin", "list").stdout, /^odd 1\.0\.0 quarantined/m);
});

test("a plugin whose own timer loops ends the bot six times, and is then switched off by name", {
  skip: process.env.DRAMABOT_PROGRAM === "deno" && "Deno does not let a thread see what another one runs",
}, async (t) => {
  const { desk, start } = await stage(
    t,
    `export default { id: "odd", version: "1.0.0", api: 1, setup() {
      setTimeout(() => {
        for (;;);
      }, 300);
    } };`,
  );
  for (let life = 1; life <= 6; life++) {
    const { ended, printed } = start();
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    assert.match(
      printed(),
      /"logger":"heartbeat".*plugins\/odd\.mjs:3 never came to its end\..*"place":"plugins\/odd\.mjs:3"/,
    );
  }
  const last = start();
  await until("the notice", () => textsIn(desk, OWNER).some((text) => text.includes("I switched it off")));
  assert.match(textsIn(desk, OWNER).join("\n"), /plugin\.timeout in line 3 of odd\.mjs/);
  const id = people[1]?.id ?? 0;
  desk.world.send({ chatId: id, userId: id, text: "/help" });
  await until("an answer", () => textsIn(desk, id).length > 0);
  await terminated(last);
});

test("a plugin whose module ends the bot six times is not loaded any more, until it is enabled or changed", async (t) => {
  const { desk, data, start, cli } = await stage(
    t,
    `if (process.argv.includes("run")) setTimeout(() => process.exit(0), 1_000);
    export default { id: "odd", version: "1.0.0", api: 1, setup(ctx) {
      ${command("hello", 'async ({ reply }) => reply("Hello yourself")')}
    } };`,
    { LOG_LEVEL: "INFO" },
  );
  for (let life = 1; life <= 6; life++) {
    const { ended, printed } = start();
    assert.deepEqual(await ended, [1, null]);
    assert.match(printed(), /"logger":"plugin\.odd".*The program was ended by .*odd\.mjs/);
  }
  const seventh = start();
  await until("the notice", () => textsIn(desk, OWNER).some((text) => text.includes("I switched it off")));
  await sleep(1_200);
  await terminated(seventh);
  const eighth = start();
  const id = people[1]?.id ?? 0;
  const answered = async (text: string, told: string) => {
    desk.world.send({ chatId: id, userId: id, text });
    await until(told, () => textsIn(desk, id).some((one) => one.includes(told)));
  };
  await answered("/help", "/help");
  await sleep(1_200);
  assert.equal(eighth.bot.exitCode, null);
  // A look at the folder changes nothing: neither what is switched off, nor the locks of SQLite's own connection.
  const before = locksOf(eighth.bot);
  for (let look = 0; look < 2; look++) {
    eighth.bot.kill("SIGHUP");
    await sleep(500);
  }
  assert.equal(locksOf(eighth.bot), before);
  const listed = cli("plugin", "list");
  assert.equal(listed.status, 0);
  assert.match(
    listed.stdout,
    /^odd 1\.0\.0 +quarantined .*\n.* {2}error: Switched off after repeated failures, .*it ended the program, 6/m,
  );
  writeFileSync(
    join(data, "plugins", "odd.mjs"),
    `export default { id: "odd", version: "1.0.1", api: 1, setup(ctx) {
      ${command("hello", 'async ({ reply }) => reply("Hello again")')}
    } };`,
  );
  eighth.bot.kill("SIGHUP");
  await until("the new version", () => eighth.printed().includes("1.0.1 was loaded from"));
  await answered("/hello", "Hello again");
  await terminated(eighth);
  assert.match(cli("plugin", "list").stdout, /^odd 1\.0\.1 active/m);
});
