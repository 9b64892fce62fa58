import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createUpstream } from "../../bench/upstream.ts";
import { createPlayground, openUpstreams } from "../../core/playground/index.ts";
import { dataFolder, startBot, webhookEnvironment } from "./bot.ts";

const PEOPLE = 100;
const EACH = 3;
const KILLS = 5;

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The titles of the cards that arrived in a person's chat, in order. */
function cardsOf(desk: Awaited<ReturnType<typeof createPlayground>>, userId: number): string[] {
  return desk.world.messages(userId).flatMap(({ caption }) => /^Title \d+/.exec(caption ?? "")?.[0] ?? []);
}

/** Kills a bot in the middle of its work, again and again, and looks at what people got. */
async function killedAndStillAnswering(t: TestContext, environment: Record<string, string>): Promise<void> {
  const random = seeded(7);
  const users = Array.from({ length: PEOPLE }, (_, index) => ({
    id: 6_000_000_001 + index,
    is_bot: false,
    first_name: `Person ${index}`,
  }));
  const desk = await createPlayground({ users, webhookSecond: 30 });
  await openUpstreams(desk, []);
  const upstream = createUpstream({ latency: 50, poster: `${desk.url}/posters/poster.png?title=Kill` });
  desk.mount("/upstream", (request) => upstream.fetch(request));
  const dataDir = dataFolder(t);
  t.after(() => desk.dispose());
  const start = () => {
    const bot = startBot(desk, dataDir, { MAX_CONNECTIONS: "4", ...environment });
    let output = "";
    for (const stream of [bot.stdout, bot.stderr])
      stream?.on("data", (piece) => {
        output += String(piece);
      });
    // From the beginning, so that one which ends by itself is not waited for.
    const ended = once(bot, "exit");
    const end = (signal: NodeJS.Signals) => {
      assert.ok(bot.exitCode === null && bot.signalCode === null, `it ended by itself: ${output}`);
      bot.kill(signal);
      return ended;
    };
    return { bot, end };
  };
  const wanted = new Map<number, string[]>();
  for (let round = 0; round < EACH; round++) {
    for (const [index, { id }] of users.entries()) {
      const title = 1_000 + index * EACH + round;
      wanted.set(id, [...(wanted.get(id) ?? []), `Title ${title}`]);
      desk.world.send({ chatId: id, userId: id, text: `/mdlurl https://mydramalist.com/${title}-title` });
    }
  }
  const arrived = () => users.reduce((sum, { id }) => sum + new Set(cardsOf(desk, id)).size, 0);
  const underWay: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const before = arrived();
    const { end } = start();
    // Killed some time after some answers of this life, so that it dies in the middle of its work.
    const enough = before + 1 + Math.floor(random() * 50);
    for (let waited = 0; arrived() < enough && waited < 20_000; waited += 5) await sleep(5);
    await sleep(random() * 50);
    underWay.push(arrived());
    await end("SIGKILL");
  }
  const last = start();
  t.after(() => last.bot.kill("SIGKILL"));
  for (let waited = 0; arrived() < PEOPLE * EACH && waited < 60_000; waited += 50) await sleep(50);
  assert.deepEqual(await last.end("SIGTERM"), [0, null], "SIGTERM ends it with status 0");

  assert.equal(desk.world.webhook.settings?.url, environment.WEBHOOK_URL);
  const set = desk.calls.filter(({ method }) => method === "setWebhook").length;
  assert.equal(set, environment.WEBHOOK_URL ? 1 : 0, "a life finds the webhook of the one before it");
  let twice = 0;
  for (const { id } of users) {
    const cards = cardsOf(desk, id);
    const firsts = [...new Set(cards)];
    twice += cards.length - firsts.length;
    assert.deepEqual(firsts, wanted.get(id));
  }
  assert.ok((underWay.at(-1) ?? 0) < PEOPLE * EACH, "every kill came before the work was done");
  t.diagnostic(
    `answers when it was killed: ${underWay.join(", ")}; given twice: ${twice}; upstream calls: ${upstream.calls}`,
  );
}

test("a bot that is killed five times answers every one of 300 lookups, in order for each person", async (t) => {
  await killedAndStillAnswering(t, {});
});

test("so does one whose updates come by webhook", async (t) => {
  await killedAndStillAnswering(t, await webhookEnvironment());
});

test("a lookup that ends the process each time is set aside, and everybody else is answered", async (t) => {
  const people = Array.from({ length: 20 }, (_, index) => ({
    id: 6_000_000_001 + index,
    is_bot: false,
    first_name: `Person ${index}`,
  }));
  const desk = await createPlayground({ users: people });
  await openUpstreams(desk, []);
  t.after(() => desk.dispose());
  const upstream = createUpstream({ latency: 20, poster: `${desk.url}/posters/poster.png?title=Kill` });
  const life: { bot?: ReturnType<typeof startBot> } = {};
  // Stands in for a bug: whatever this title makes the bot do, it does not survive it.
  desk.mount("/upstream", (request) => {
    if (request.url.includes("666-title")) life.bot?.kill("SIGKILL");
    return upstream.fetch(request);
  });
  const dataDir = dataFolder(t);
  for (const [index, { id }] of people.entries()) {
    const title = index === 7 ? 666 : 1_000 + index;
    desk.world.send({ chatId: id, userId: id, text: `/mdlurl https://mydramalist.com/${title}-title` });
  }
  let lives = 0;
  for (; lives < 10; lives++) {
    const bot = startBot(desk, dataDir);
    life.bot = bot;
    const ended = once(bot, "exit");
    const setAside = new Promise((resolve) =>
      bot.stdout?.on("data", (line) => /set aside/.test(line) && resolve(true)),
    );
    if ((await Promise.race([ended, setAside])) !== true) continue;
    const answered = () => people.filter(({ id }) => cardsOf(desk, id).length > 0).length;
    for (let waited = 0; answered() < people.length - 1 && waited < 10_000; waited += 20) await sleep(20);
    assert.equal(answered(), people.length - 1);
    bot.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    break;
  }
  t.diagnostic(`ended by it: ${lives} times`);
  assert.ok(lives >= 3 && lives <= 5, `it was ended ${lives} times before the lookup was set aside`);
});
