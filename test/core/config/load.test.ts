import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { type BotConfig, defineConfig, use } from "../../../core/config/define.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { variables } from "../../../core/config/variables.ts";
import { definePlugin } from "../../../core/plugin/index.ts";

const tv = definePlugin({
  id: "tv",
  version: "1.0.0",
  api: 1,
  options: v.strictObject({
    url: v.optional(
      v.pipe(v.string(), v.url("must be a URL"), v.regex(/\{\}/, "must hold {}")),
      "https://api.example.org/{}",
    ),
    apiKey: v.optional(v.pipe(v.string(), v.minLength(20))),
    limits: v.optional(v.object({ day: v.number() })),
  }),
  env: { url: ["TV_URL", "OLD_TV_URL"], apiKey: "TV_API_KEY" },
  setup() {},
});
const config = defineConfig({ plugins: [use(tv)] });
const token = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const load = (environment: Record<string, string>, from: BotConfig = config) =>
  loadConfiguration({ config: from, environment });

/** The lines of problems, without the first. */
function problems(environment: Record<string, string>, from: BotConfig = config): readonly string[] {
  try {
    load(environment, from);
    return [];
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && error.code === "config.invalid", String(error));
    return error.message.split("\n  ").slice(1);
  }
}

test("defaults stand when nothing is set", () => {
  assert.deepEqual(load({}).settings, {
    TELEGRAM_API_ROOT: "https://api.telegram.org",
    DATA_DIR: "./data",
    PLUGINS_WATCH: false,
    HOST: "127.0.0.1",
    PORT: 8080,
    MAX_UPDATE_AGE: 3600,
    REQUESTS_PER_MINUTE: 10,
    HTTP_TIMEOUT: 30,
    MAX_CONNECTIONS: 100,
    CACHE_TTL: 3600,
    IS_PUBLIC: false,
    LOG_LEVEL: "info",
    DB_NAME: "mydramalist_bot_db",
  });
});

/** For each variable, values that are taken, with what they mean, and values that are not. */
const cases: {
  readonly [N in keyof typeof variables]: readonly [taken: Record<string, unknown>, refused: readonly string[]];
} = {
  BOT_TOKEN: [
    { [token]: token },
    ["x", "123456:short", token.slice(7), `${token} x`, "123456:ААААААААААААААААААААААА", "<&>"],
  ],
  OWNER_ID: [{ "7123456789": 7_123_456_789 }, ["0", "-1", "1.5", "1e3", "@me", "٣", "9007199254740993"]],
  TELEGRAM_API_ROOT: [
    { "http://127.0.0.1:8081/": "http://127.0.0.1:8081", "https://h/base//": "https://h/base" },
    ["nonsense", "ftp://h/", "http://", "https://h/?a=1", "https://h/#x", "//h", "http://a b/"],
  ],
  DATA_DIR: [{ "/var/lib/dramabot": "/var/lib/dramabot", "с пробелом 🎬": "с пробелом 🎬" }, []],
  PLUGINS_DIR: [{ "./plugins": "./plugins" }, []],
  PLUGINS_WATCH: [{ "1": true, false: false }, ["sometimes"]],
  HOST: [{ "0.0.0.0": "0.0.0.0", "::1": "::1", localhost: "localhost" }, ["http://h", "a b", "<&>", "h/"]],
  PORT: [{ "0": 0, "65535": 65_535 }, ["65536", "-1", "80.5", "0x50", "eighty", "80 81", "9".repeat(4096)]],
  WEBHOOK_URL: [
    { "https://bot.example/t?a=1": "https://bot.example/t?a=1", "http://127.0.0.1:8080/t": "http://127.0.0.1:8080/t" },
    ["bot.example/t", "ftp://bot.example/t", "https://", "https://bot.example/#t", "https://bot.example/a b"],
  ],
  WEBHOOK_SECRET: [
    { ["a-Z_".repeat(4)]: "a-Z_".repeat(4), ["x".repeat(256)]: "x".repeat(256) },
    ["short", "x".repeat(15), "x".repeat(257), "a secret with spaces", "пароль-пароль-пароль"],
  ],
  MAX_UPDATE_AGE: [{ "0": 0, "604800": 604_800 }, ["604801", "-1", "1h"]],
  REQUESTS_PER_MINUTE: [{ "1": 1 }, ["0", "ten", "1000001"]],
  HTTP_TIMEOUT: [{ "0.5": 0.5, "30": 30 }, ["0", "601", "-1", "1,5", "30s", "NaN", "Infinity"]],
  MAX_CONNECTIONS: [{ "1": 1 }, ["0", "10001", "1.0"]],
  CACHE_TTL: [{ "60": 60 }, ["0", "1d"]],
  IS_PUBLIC: [{ true: true, True: true, "1": true, on: true, FALSE: false, no: false }, ["yep", "2", "‮true"]],
  LOG_LEVEL: [{ debug: "debug", WARNING: "warn", Critical: "error" }, ["loud", "10"]],
  LOG_FORMAT: [{ json: "json", TEXT: "text" }, ["xml"]],
  MONGO_URI: [
    {
      "mongodb://me:p%40ss@a:27017,b:27017,c:27017/db?replicaSet=rs0":
        "mongodb://me:p%40ss@a:27017,b:27017,c:27017/db?replicaSet=rs0",
      "mongodb+srv://me:pass@cluster.example/": "mongodb+srv://me:pass@cluster.example/",
    },
    ["nonsense", "mongodb://", "http://h/", "mongodb:/h", "mongodb:///db"],
  ],
  DB_NAME: [{ my_db: "my_db" }, ["a/b", "a b", "a.b", "$x", "x".repeat(64)]],
  REDIS_URL: [
    { "redis://:pass@h:6379/0": "redis://:pass@h:6379/0", "rediss://h": "rediss://h" },
    ["h:6379", "http://h", "redis://"],
  ],
  FORCE_SUB_CHANNEL_ID: [{ "-1001234567890": "-1001234567890", "@channel": "@channel" }, ["channel", "@a", "1.5"]],
  FORCE_SUB_CHANNEL_URL: [{ "https://t.me/+abc": "https://t.me/+abc" }, ["t.me/+abc", "tg://join"]],
  API_ID: [{ "12345": "12345" }, []],
  API_HASH: [{ abcdef: "abcdef" }, []],
};

for (const name of Object.keys(cases) as (keyof typeof cases)[]) {
  const [taken, refused] = cases[name];
  test(`${name} takes what it should and nothing else`, () => {
    for (const [text, meant] of Object.entries(taken)) assert.equal(load({ [name]: text }).settings[name], meant, text);
    for (const text of refused) {
      const lines = problems({ [name]: text });
      assert.equal(lines.length, 1, `${text.slice(0, 50)}: ${lines.join("\n")}`);
      assert.match(lines[0] ?? "", new RegExp(`^${name} holds .+; wanted: .+`), text.slice(0, 50));
      assert.ok((lines[0]?.length ?? 0) < 400, "a line that nobody reads to its end");
    }
  });
}

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

test("passwords in URLs are shown neither in force nor in problems, and are kept from the log", () => {
  const url = "https://me:hunt%2Fer22@host/{}?apikey=hunter33";
  const { inForce, secrets } = load({ TV_URL: url, TELEGRAM_API_ROOT: "https://me:hunter44@host" });
  assert.equal(inForce.find(({ name }) => name === "TV_URL")?.value, "https://••••@host/{}?apikey=••••");
  assert.equal(inForce.find(({ name }) => name === "TELEGRAM_API_ROOT")?.value, "https://••••@host");
  for (const secret of ["hunt%2Fer22", "hunt/er22", "hunter33", "hunter44"])
    assert.ok(secrets.includes(secret), secret);
  assert.deepEqual(problems({ TV_URL: "https://me:hunter22@host/", TELEGRAM_API_ROOT: "ftp://me:hunter22@host" }), [
    'TELEGRAM_API_ROOT holds "ftp://••••@host"; wanted: an http(s) URL without a query',
    'TV_URL holds "https://••••@host/"; it must hold {}',
  ]);
});

test("an option that is a secret by its name is masked everywhere, in a schema's own words too", () => {
  const key = "hunter22-hunter22-hunter22";
  const { inForce, secrets } = load({ TV_API_KEY: key });
  assert.equal(inForce.find(({ name }) => name === "TV_API_KEY")?.value, "•••• (26 characters)");
  assert.ok(secrets.includes(key));
  const quoting = definePlugin({
    id: "quoting",
    version: "1.0.0",
    api: 1,
    options: v.object({ token: v.picklist(["a"]) }),
    setup() {},
  });
  const choice = { definition: quoting, options: { token: key } } as ReturnType<typeof use>; // as a JavaScript file may have it
  const [line = ""] = problems({}, { plugins: [choice] });
  assert.match(line, /^bot\.config\.ts: quoting\.token holds •••• \(26 characters\); wanted: /);
  assert.ok(!line.includes("hunter22"), line);
});

test("an older name of a variable is read when the newer is not set", () => {
  const read = (environment: Record<string, string>) => load(environment).plugins[0]?.options;
  assert.deepEqual(read({ OLD_TV_URL: "http://127.0.0.1:1/{}" }), { url: "http://127.0.0.1:1/{}" });
  assert.deepEqual(read({ OLD_TV_URL: "http://a.example/{}", TV_URL: "http://b.example/{}" }), {
    url: "http://b.example/{}",
  });
  assert.deepEqual(problems({ OLD_TV_URL: "x" }), ['OLD_TV_URL holds "x"; it must be a URL, and must hold {}']);
});

test("the environment stands above bot.config.ts, and overrides above both", () => {
  const chosen = defineConfig({ plugins: [use(tv, { url: "https://chosen.example/{}" })] });
  const urlOf = (environment: Record<string, string>, overrides = {}) =>
    loadConfiguration({ config: chosen, environment, overrides }).plugins[0]?.options;
  assert.deepEqual(urlOf({}), { url: "https://chosen.example/{}" });
  assert.deepEqual(urlOf({ TV_URL: "https://set.example/{}" }), { url: "https://set.example/{}" });
  assert.deepEqual(urlOf({ TV_URL: "https://set.example/{}" }, { tv: { url: "https://over.example/{}" } }), {
    url: "https://over.example/{}",
  });
});

test("options of bot.config.ts are checked, and a wrong name names the nearest right one", () => {
  const odd = { definition: tv, options: { ulr: 1, limits: { day: "x" }, zzz: 1 } } as unknown as ReturnType<
    typeof use
  >; // as a JavaScript file may have it
  assert.deepEqual(problems({}, { plugins: [odd] }), [
    "bot.config.ts: tv.ulr is no option of this plugin; did you mean url?",
    "bot.config.ts: tv.zzz is no option of this plugin; it takes url, apiKey, limits",
    'bot.config.ts: tv.limits holds {"day":"x"}; wanted: Invalid type: Expected number but received "x"',
  ]);
});

test("entries that are no plugin, and a plugin that stands there twice, are told", () => {
  const odd = [undefined, null, 1, {}, { definition: {} }, use(tv), use(tv)] as unknown as BotConfig["plugins"]; // likewise
  const lines = problems({}, { plugins: odd });
  assert.equal(lines.length, 6);
  assert.equal(lines[1], "bot.config.ts: entry 2 of plugins is none; wanted: use(plugin, { options })");
  assert.equal(lines[5], 'bot.config.ts: plugin "tv" stands there twice; wanted: once');
});

test("a definition that is not well formed is the registry's matter, and stops nothing here", () => {
  const odd = [
    { ...tv, options: { url: 1 }, env: 7 },
    { ...tv, id: "other", setup: undefined },
  ];
  const chosen = odd.map((definition) => ({ definition, options: {} })) as unknown as BotConfig["plugins"]; // likewise
  const { plugins } = load({ TV_URL: "http://10.0.0.1/{}" }, { plugins: chosen });
  assert.deepEqual(
    plugins.map(({ options, operatorOrigins }) => ({ options, operatorOrigins })),
    [
      { options: {}, operatorOrigins: [] },
      { options: {}, operatorOrigins: [] },
    ],
  );
});

test("only origins that the operator set are the operator's", () => {
  assert.deepEqual(load({}).plugins[0]?.operatorOrigins, []);
  const set = load({ TV_URL: "http://10.0.0.1:8000/x?q={}" });
  assert.deepEqual(set.plugins[0]?.operatorOrigins, ["http://10.0.0.1:8000"]);
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

test("variables that mean nothing yet are named, and a database's password is nowhere", () => {
  const environment = {
    API_ID: "1",
    API_HASH: "hunter22hash",
    MONGO_URI: "mongodb://me:hunter22@db:27017,other/",
    REDIS_URL: "redis://:hunter33@cache/0",
    DB_NAME: "mine",
    FORCE_SUB_CHANNEL_URL: "https://t.me/x",
  };
  const { inForce, notes, secrets } = load(environment);
  assert.deepEqual(notes.map((note) => note.split(" ")[0]).sort(), [
    "API_HASH",
    "API_ID",
    "DB_NAME",
    "FORCE_SUB_CHANNEL_URL",
    "MONGO_URI",
    "REDIS_URL",
  ]);
  assert.ok(!/hunter/.test(JSON.stringify([inForce, notes])));
  for (const secret of [environment.MONGO_URI, "hunter22", "hunter33", environment.API_HASH])
    assert.ok(secrets.includes(secret), secret);
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
