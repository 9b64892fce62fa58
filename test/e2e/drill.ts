import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, type TestContext } from "node:test";
import { createPlayground, openUpstreams, type Playground } from "../../core/playground/index.ts";
import imdb from "../../plugins/imdb/index.ts";
import mydramalist from "../../plugins/mydramalist/index.ts";

type Environment = Readonly<Record<string, string>>;

/** Starts the program in some odd place, with these words and with no other environment. */
export type Start = (words: readonly string[], environment: Environment) => ChildProcess;

/** Programs that run: one that a failed test leaves behind would keep the tests from ending. */
const programs = new Set<ChildProcess>();
after(() => {
  for (const child of programs) child.kill("SIGKILL");
});

/** `spawn`, with both outputs to be read. */
export function start(command: string, words: readonly string[], env: Environment = {}): ChildProcess {
  const child = spawn(command, words, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  programs.add(child);
  child.once("exit", () => programs.delete(child));
  return child;
}

/** Runs the program to its end. @returns what it wrote to stdout; its other words are in the failure. */
export async function outputOf(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout && child.stderr);
  const [output, problems, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  assert.equal(status, 0, `${output}${problems}`);
  return output;
}

/** SIGTERM, and status 0 within the bot's own deadline, which is 20 s. */
async function assertEnds(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit", { signal: AbortSignal.timeout(20_000) });
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
}

/** An emulator of Telegram outside of that place, and the sample upstreams as a program there is pointed to them. */
export async function openWorld(t: TestContext): Promise<{ desk: Playground; upstreams: Environment }> {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  const options = await openUpstreams(desk, [mydramalist, imdb]);
  const upstreams: Record<string, string> = {};
  for (const { id, env = {} } of [mydramalist, imdb]) {
    for (const [option, names] of Object.entries(env)) {
      const value = options[id]?.[option];
      if (typeof value === "string") upstreams[[names].flat()[0] ?? ""] = value;
    }
  }
  return { desk, upstreams };
}

/** What each source is asked, and the variable that chooses its upstream. */
const questions = {
  mdl: { variable: "MYDRAMALIST_PROVIDERS", query: "sweet home", id: "34064-sweet-home", title: "Sweet Home" },
  imdb: { variable: "IMDB_PROVIDERS", query: "the matrix", id: "tt0133093", title: "The Matrix" },
} as const;

/** Every upstream of every source, by the source's command; the workers read the pages of two of them. */
export const ways = [
  ["mdl", "json"],
  ["mdl", "site"],
  ["imdb", "graphql"],
  ["imdb", "page"],
] as const;

/** Searches a source by way of one upstream, and looks a card up. */
export async function lookUp([source, upstream]: (typeof ways)[number], begin: Start, upstreams: Environment) {
  const { variable, query, id, title } = questions[source];
  const environment = { ...upstreams, [variable]: upstream };
  const hits = await outputOf(begin(["lookup", source, query], environment));
  assert.match(hits, new RegExp(`^${id}\t${title} \\(`, "m"));
  const card = await outputOf(begin(["lookup", source, id], environment));
  assert.ok(card.includes(title), card);
}

/** Opens the playground's page, and ends it. */
export async function visitPlayground(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout && child.stderr);
  let problems = "";
  child.stderr.on("data", (piece) => {
    problems += String(piece);
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^Playground: (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  assert.ok(url, problems);
  assert.match(await (await fetch(url)).text(), /<html/);
  assert.equal((await fetch(`${url}api/state`)).status, 200);
  await assertEnds(child);
  assert.equal(problems, "");
}

/** Runs the bot against the emulator: cards, and its metrics; then SIGTERM. */
export async function runAgainst(desk: Playground, begin: Start, environment: Environment): Promise<void> {
  const bot = begin(["run"], {
    ...environment,
    BOT_TOKEN: desk.token,
    OWNER_ID: "1",
    TELEGRAM_API_ROOT: desk.apiRoot,
    IS_PUBLIC: "true",
    PORT: "0",
  });
  const server = Promise.withResolvers<string>();
  let log = "";
  bot.stdout?.on("data", (piece) => {
    log += String(piece);
    const [, url] = /health and metrics at (http:\S+?)"/.exec(log) ?? [];
    if (url !== undefined) server.resolve(url);
  });
  bot.stderr?.resume();
  const userId = desk.users[0]?.id ?? 0;
  for (const [command, title] of [
    ["/mdlurl https://mydramalist.com/34064-sweet-home", /Sweet Home/],
    ["/imdburl https://www.imdb.com/title/tt0133093/", /The Matrix/],
  ] as const) {
    const before = desk.calls.length;
    desk.world.send({ chatId: userId, userId, text: command });
    await desk.waitFor((call) => desk.calls.indexOf(call) >= before && call.method === "sendPhoto" && call.ok, {
      timeout: 60_000,
    });
    assert.match(desk.world.messages(userId).at(-1)?.caption ?? "", title);
  }
  const metrics = await fetch(`${await server.promise}/metrics`);
  assert.match(await metrics.text(), /^dramabot_bot_api_calls_total\{.*method="sendPhoto"/m);
  await assertEnds(bot);
}
