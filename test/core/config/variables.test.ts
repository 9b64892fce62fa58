import assert from "node:assert/strict";
import { test } from "node:test";
import type { variables } from "../../../core/config/variables.ts";
import { load, problems, token } from "./checking.ts";

test("defaults stand when nothing is set", () => {
  assert.deepEqual(load({}).settings, {
    TELEGRAM_API_ROOT: "https://api.telegram.org",
    DATA_DIR: "./data",
    PLUGINS_WATCH: false,
    HOST: "127.0.0.1",
    PORT: 8080,
    MAX_UPDATE_AGE: 3600,
    REQUESTS_PER_MINUTE: 10,
    STALL_TIMEOUT: 10,
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
  STALL_TIMEOUT: [{ "0": 0, "1": 1, "1.5": 1.5, "3600": 3_600 }, ["0.001", "0.999", "-1", "3601", "never"]],
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
