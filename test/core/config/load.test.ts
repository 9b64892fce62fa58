import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfiguration } from "../../../core/config/load.ts";
import { variables } from "../../../core/config/variables.ts";
import { config, load, problems, token } from "./checking.ts";

test("all problems are told at once, each with name, value and what is wanted, and no secret", () => {
  const secret = "hunter2-is-no-token";
  assert.throws(
    () =>
      loadConfiguration({
        config,
        required: ["BOT_TOKEN", "OWNER_ID"],
        environment: {
          BOT_TOKEN: secret,
          PORT: "eighty",
          TV_URL: "nowhere",
          MONGO_URI: "http://me:hunter22@db/",
          TV_API_KEY: "hunter22",
        },
      }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "config.invalid");
      assert.deepEqual(error.message.split("\n"), [
        "The configuration has 6 problems:",
        "  BOT_TOKEN holds •••• (19 characters); wanted: the token @BotFather gave you, like 123456789:AAE…",
        "  OWNER_ID is not set; wanted: your numeric Telegram id (ask @userinfobot)",
        '  PORT holds "eighty"; wanted: a port, 0–65535',
        "  MONGO_URI holds •••• (22 characters); wanted: a mongodb:// or mongodb+srv:// URL",
        '  TV_URL holds "nowhere"; it must be a URL, and must hold {}',
        "  TV_API_KEY holds •••• (8 characters); wanted: Invalid length: Expected >=20 but received 8",
      ]);
      return true;
    },
  );
});

test("a required variable under a misspelt name is pointed out, without its value", () => {
  const required = ["BOT_TOKEN", "OWNER_ID"] as const;
  assert.throws(() => loadConfiguration({ config, required, environment: { BOT_TOKN: token, OWNERID: "1" } }), {
    message:
      "The configuration has 2 problems:\n" +
      "  BOT_TOKEN is not set (BOT_TOKN is; did you mean that?); wanted: the token @BotFather gave you, like 123456789:AAE…\n" +
      "  OWNER_ID is not set (OWNERID is; did you mean that?); wanted: your numeric Telegram id (ask @userinfobot)",
  });
});

test("what is in force is shown with where it comes from, on one line each", () => {
  const { inForce } = load({ BOT_TOKEN: token, DATA_DIR: "a\u001b[2J\nb", TV_URL: "https://set.example/{}" });
  const shown = Object.fromEntries(inForce.map(({ name, value, from }) => [name, `${value} (${from})`]));
  assert.equal(shown.BOT_TOKEN, "123456:•••• (42 characters) (environment)");
  assert.equal(shown.OWNER_ID, " (unset)");
  assert.equal(shown.PORT, "8080 (default)");
  assert.equal(shown.DATA_DIR, "a\\u{1b}[2J\\u{a}b (environment)");
  assert.equal(shown.TV_URL, "https://set.example/{} (environment)");
});

test("rubbish in every variable at once is told, and throws nothing else", () => {
  for (const rubbish of [
    "x".repeat(4096),
    "👩‍👩‍👧".repeat(500),
    "‮\u200b\ufeff",
    "<&>",
    "\u0000",
    "\ud83d",
    "{}",
    "//@:/",
  ]) {
    const environment = Object.fromEntries(
      [...Object.keys(variables), "TV_URL", "TV_API_KEY"].map((name) => [name, rubbish]),
    );
    const lines = problems(environment);
    assert.ok(lines.length >= 12, `${lines.length} problems with ${JSON.stringify(rubbish.slice(0, 10))}`);
    for (const line of lines) assert.ok(line.length < 500 && !/[\p{Cc}\u202e\u200b]/u.test(line), line);
  }
});
