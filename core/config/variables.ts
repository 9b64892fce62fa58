import * as v from "valibot";

/** One variable of the core: its schema (from text), default, and whether its value is a secret. */
export interface Variable {
  readonly schema: v.GenericSchema<string, unknown>;
  readonly fallback?: string;
  readonly secret?: boolean;
  /** What is wanted, in the words of an error line. */
  readonly wanted: string;
}

const integer = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number), v.safeInteger(), v.minValue(min), v.maxValue(max));

const seconds = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number), v.minValue(min), v.maxValue(max));

const url = (...protocols: string[]) =>
  v.pipe(
    v.string(),
    v.check((text) => protocols.includes(URL.parse(text)?.protocol ?? "")),
  );

const apiRoot = v.pipe(
  url("http:", "https:"),
  v.regex(/^[^?#\s]+$/),
  v.transform((text) => text.replace(/\/+$/, "")),
);

const truths = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["no", false],
  ["off", false],
]);

const flag = v.pipe(
  v.string(),
  v.transform((text) => truths.get(text.toLowerCase())),
  v.boolean(),
);

const oneOf = <const T extends readonly string[]>(transform: (text: string) => string, options: T) =>
  v.pipe(v.string(), v.transform(transform), v.picklist(options));

/** Python's names of levels, which the predecessor took, and ours. */
const levels = new Map([
  ["DEBUG", "debug"],
  ["INFO", "info"],
  ["WARNING", "warn"],
  ["WARN", "warn"],
  ["ERROR", "error"],
  ["CRITICAL", "error"],
  ["FATAL", "error"],
] as const);

const level = v.pipe(
  v.string(),
  v.transform((text) => new Map<string, "debug" | "info" | "warn" | "error">(levels).get(text.toUpperCase())),
  v.picklist(["debug", "info", "warn", "error"]),
);

/**
 * Every variable the core reads. Plugins name theirs in `definePlugin({env})`.
 */
export const variables = {
  BOT_TOKEN: {
    schema: v.pipe(v.string(), v.regex(/^\d{3,20}:[A-Za-z0-9_-]{20,}$/)),
    secret: true,
    wanted: "the token @BotFather gave you, like 123456789:AAE…",
  },
  OWNER_ID: { schema: integer(1, Number.MAX_SAFE_INTEGER), wanted: "your numeric Telegram id (ask @userinfobot)" },
  TELEGRAM_API_ROOT: {
    schema: apiRoot,
    fallback: "https://api.telegram.org",
    wanted: "an http(s) URL without a query",
  },
  DATA_DIR: { schema: v.pipe(v.string(), v.minLength(1)), fallback: "./data", wanted: "a folder the bot may write to" },
  PLUGINS_DIR: { schema: v.pipe(v.string(), v.minLength(1)), wanted: "a folder with plugins" },
  PLUGINS_WATCH: { schema: flag, fallback: "false", wanted: "true or false" },
  HOST: { schema: v.pipe(v.string(), v.regex(/^[\w.:-]+$/)), fallback: "127.0.0.1", wanted: "an address to listen on" },
  PORT: { schema: integer(0, 65_535), fallback: "8080", wanted: "a port, 0–65535" },
  WEBHOOK_URL: {
    schema: v.pipe(url("https:", "http:"), v.regex(/^[^#\s]+$/)),
    wanted: "the https:// URL under which Telegram reaches this bot",
  },
  WEBHOOK_SECRET: {
    schema: v.pipe(v.string(), v.regex(/^[\w-]{16,256}$/)),
    secret: true,
    wanted: "16–256 characters of A–Z, a–z, 0–9, _ and -",
  },
  MAX_UPDATE_AGE: { schema: integer(0, 86_400 * 7), fallback: "3600", wanted: "seconds, 0–604800" },
  REQUESTS_PER_MINUTE: {
    schema: integer(1, 1_000_000),
    fallback: "10",
    wanted: "requests a person may make in a minute, 1–1000000",
  },
  STALL_TIMEOUT: {
    // Less would end a bot that is merely busy.
    schema: v.pipe(
      seconds(0, 3_600),
      v.check((limit) => limit === 0 || limit >= 1),
    ),
    fallback: "10",
    wanted: "seconds, 1–3600, or 0, which lets a bot be that stands still",
  },
  HTTP_TIMEOUT: { schema: seconds(0.1, 600), fallback: "30", wanted: "seconds, 0.1–600" },
  MAX_CONNECTIONS: { schema: integer(1, 10_000), fallback: "100", wanted: "a whole number, 1–10000" },
  CACHE_TTL: { schema: integer(1, 86_400 * 365), fallback: "3600", wanted: "seconds, 1–31536000" },
  IS_PUBLIC: { schema: flag, fallback: "false", wanted: "true or false" },
  LOG_LEVEL: { schema: level, fallback: "INFO", wanted: "DEBUG, INFO, WARNING, ERROR or CRITICAL" },
  LOG_FORMAT: { schema: oneOf((text) => text.toLowerCase(), ["json", "text"]), wanted: "json or text" },
  // A replica set's hosts stand in one list, which makes it no URL in the sense of the URL standard.
  MONGO_URI: {
    schema: v.pipe(v.string(), v.regex(/^mongodb(?:\+srv)?:\/\/[^\s/?#]\S*$/i)),
    secret: true,
    wanted: "a mongodb:// or mongodb+srv:// URL",
  },
  DB_NAME: {
    schema: v.pipe(v.string(), v.regex(/^[^/\\. "$]{1,63}$/)),
    fallback: "mydramalist_bot_db",
    wanted: "a database name",
  },
  REDIS_URL: {
    schema: v.pipe(v.string(), v.regex(/^rediss?:\/\/[^\s/?#]\S*$/i)),
    secret: true,
    wanted: "a redis:// or rediss:// URL",
  },
  FORCE_SUB_CHANNEL_ID: {
    schema: v.pipe(v.string(), v.regex(/^(-?\d+|@\w{4,})$/)),
    wanted: "a channel id (-100…) or @name",
  },
  FORCE_SUB_CHANNEL_URL: { schema: url("https:", "http:"), wanted: "an invite link" },
  API_ID: { schema: v.string(), secret: true, wanted: "anything; it is ignored" },
  API_HASH: { schema: v.string(), secret: true, wanted: "anything; it is ignored" },
} as const satisfies Record<string, Variable>;

/** Variables of the predecessor that mean nothing any more, or nothing yet. */
export const ignored: Readonly<Record<string, string>> = {
  API_ID: "the bot speaks the Bot API and needs no MTProto application",
  API_HASH: "the bot speaks the Bot API and needs no MTProto application",
  MONGO_URI: "this version keeps its data in SQLite under DATA_DIR; MongoDB is not read yet",
  REDIS_URL: "this version caches in memory and SQLite under DATA_DIR; Redis is not used yet",
  FORCE_SUB_CHANNEL_ID: "this version does not ask people to join a channel yet",
  FORCE_SUB_CHANNEL_URL: "this version does not ask people to join a channel yet",
  DB_NAME: "it names a MongoDB database, and this version keeps its data in SQLite under DATA_DIR",
};
