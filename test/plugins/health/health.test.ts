import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHtml } from "../../../core/playground/html.ts";
import { type Command, commandContract, type HealthReport, type PluginContext } from "../../../core/plugin/index.ts";
import plugin from "../../../plugins/health/index.ts";

const since = "2026-01-02T03:04:05.678Z";

/** The command that the plugin adds, over a report. */
async function command(report: () => Promise<HealthReport>): Promise<Command> {
  const added: Command[] = [];
  const context = { commands: { add: (item: Command) => added.push(item) }, health: { report } };
  await plugin.setup(context as unknown as PluginContext, {}); // the parts that the plugin uses
  const [only] = added;
  assert.ok(only && added.length === 1);
  return only;
}

/** What the owner reads, as Telegram shows it. */
async function shown(report: Partial<HealthReport>): Promise<string> {
  const whole: HealthReport = { state: "up", version: "1.2.3", uptime: 60, services: [], plugins: [], ...report };
  const { run } = await command(async () => whole);
  const replies: string[] = [];
  await run({
    user: { id: 1, name: "Ann", isOwner: true },
    chat: { id: 1, isPrivate: true },
    argument: "",
    signal: new AbortController().signal,
    reply: async (html) => void replies.push(html),
  });
  assert.equal(replies.length, 1);
  return parseHtml(replies[0] ?? "").text;
}

const healthy: HealthReport = {
  state: "degraded",
  version: "1.2.3",
  uptime: 3 * 3600 + 5 * 60,
  services: [
    { name: "store", state: "up", required: true, latency: 1, since },
    { name: "mdl", state: "degraded", required: false, latency: 250, since, detail: "the first upstream fails" },
    { name: "telegram", state: "down", required: true, latency: 5000, since, detail: "no answer within 5 s" },
  ],
  plugins: [
    { id: "mydramalist", version: "1.0.0", state: "active", since },
    { id: "odd", version: "0.1.0", state: "failed", since, detail: "no luck" },
  ],
};

test("the owner reads each service and plugin, with state, latency, since when, and what is wrong", async () => {
  assert.equal(
    await shown(healthy),
    [
      "🟡 dramabot 1.2.3: degraded, running for 3 h",
      "",
      "🟢 store 1 ms, up since 2026-01-02 03:04 UTC",
      "🟡 mdl 250 ms, degraded since 2026-01-02 03:04 UTC",
      "the first upstream fails",
      "🔴 telegram 5000 ms, down since 2026-01-02 03:04 UTC",
      "no answer within 5 s",
      "",
      "🧩 mydramalist 1.0.0: active",
      "⚠️ odd 0.1.0: failed. no luck",
    ].join("\n"),
  );
});

test("the command is for the owner alone, and keeps the rules of commands", async () => {
  const made = await command(async () => healthy);
  assert.equal(made.audience, "owner");
  for (const { name, run } of commandContract(made, { id: 1, name: "Ann", isOwner: true }))
    await assert.doesNotReject(run, name);
});

test("what plugins say of themselves is text, whatever stands in it", async () => {
  for (const odd of ["<&>", "<b>x</i>", "&lt;", "‮\u200bשלום", "👩‍👩‍👧", "x".repeat(4096), "\"'`"]) {
    const text = await shown({
      version: odd,
      services: [{ name: odd, state: "down", required: false, latency: 0, since, detail: odd }],
      plugins: [{ id: odd, version: odd, state: "failed", since, detail: odd }],
    });
    assert.equal(text.split(odd).length - 1, 6, JSON.stringify(odd.slice(0, 10)));
  }
});

test("a plugin that ails or is switched off is told from one that works and one that failed", async () => {
  const states = ["active", "degraded", "quarantined", "failed"] as const;
  const text = await shown({
    plugins: states.map((state) => ({ id: "odd", version: "1", state, since, detail: "why" })),
  });
  const lines = text.split("\n").slice(-4);
  assert.deepEqual(
    lines.map((line) => line.split(" ")[0]),
    ["🧩", "🟡", "⛔", "⚠️"],
  );
  for (const line of lines) assert.match(line, /: \w+\. why$/);
});

test("a bot without anything to check says how long it has run", async () => {
  assert.equal(await shown({}), "🟢 dramabot 1.2.3: up, running for 1 min");
  assert.equal(await shown({ uptime: 0 }), "🟢 dramabot 1.2.3: up, running for 0 min");
  assert.equal(await shown({ uptime: 90 * 86_400 }), "🟢 dramabot 1.2.3: up, running for 90 days");
});
