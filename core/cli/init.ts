import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readEnvironment } from "../config/environment.ts";
import { invalidConfiguration } from "../config/problems.ts";
import { variables } from "../config/variables.ts";
import { BotError } from "../domain/errors.ts";
import { createRequestPool } from "../http/pool.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { botApiQuestions } from "./doctor/bot-api.ts";
import { readVariablesFile, writeVariablesFile } from "./init-file.ts";
import { openPrompt, type Prompt } from "./init-prompt.ts";

export interface InitArguments {
  /** A file with the token, instead of a question. */
  readonly tokenFile?: string;
  /** The owner's Telegram id, instead of a question. */
  readonly owner?: string;
  /** Whether Telegram is asked if it knows the token. Default `true`. */
  readonly check?: boolean;
  /** Whether another token or owner in `.env` may be replaced without a question. */
  readonly force?: boolean;
}

type Name = "BOT_TOKEN" | "OWNER_ID";

/** How often a question is asked again. */
const TRIES = 5;

const questions: Readonly<Record<Name, string>> = {
  BOT_TOKEN: "The token that @BotFather gave you (it is not shown)",
  OWNER_ID: "Your numeric Telegram id (ask @userinfobot)",
};

/**
 * Asks for token and owner, has Telegram check the token, and writes both to `.env`, which only its owner may read.
 * Other lines of a `.env` that is there stay as they are.
 *
 * @throws BotError `init.refused`, `telegram.unauthorized`, `telegram.unreachable`, `config.invalid`.
 */
export async function init(given: InitArguments, prompt: Prompt | undefined = openPrompt()): Promise<void> {
  try {
    await writeConfiguration(given, prompt);
  } finally {
    prompt?.close();
  }
}

async function writeConfiguration(given: InitArguments, prompt: Prompt | undefined): Promise<void> {
  const file = join(process.cwd(), ".env");
  const present = readVariablesFile(file);
  const request = { present: present.variables, prompt, force: given.force ?? false };
  const fromFile = given.tokenFile === undefined ? undefined : readTokenFile(given.tokenFile);
  const apiRoot = apiRootInForce();
  const checked = async (token: string) => (given.check === false ? undefined : askTelegram(token, apiRoot));

  const token = await settle("BOT_TOKEN", { ...request, given: fromFile, checked });
  const owner = await settle("OWNER_ID", { ...request, given: given.owner, checked: async () => undefined });
  writeVariablesFile(file, present, { BOT_TOKEN: token.value, OWNER_ID: owner.value });

  const known = token.remark ?? "The token was not checked.";
  const outside = Object.entries({ BOT_TOKEN: token.value, OWNER_ID: owner.value })
    .filter(([name, value]) => (process.env[name] ?? value) !== value)
    .map(([name]) => `${name} stands in the environment too, with another value, which wins.\n`);
  process.stdout.write(
    `${known}\n.env is written, and only you may read it.\n${outside.join("")}Next: dramabot doctor, then dramabot run.\n`,
  );
}

interface Request {
  readonly present: Readonly<Record<string, string>>;
  readonly prompt: Prompt | undefined;
  readonly force: boolean;
  readonly given: string | undefined;
  /** Resolves to something to say about the value; rejects when it is none. */
  checked(value: string): Promise<string | undefined>;
}

interface Settled {
  readonly value: string;
  readonly remark: string | undefined;
}

/** Finds a value: the one that was given, else the answer to a question, else the one that is there. */
async function settle(name: Name, request: Request): Promise<Settled> {
  const { given, prompt, checked, force } = request;
  const present = request.present[name] || undefined;
  const accept = async (value: string): Promise<Settled> => {
    const wrong = problemOf(name, value);
    if (wrong !== undefined) throw new BotError("init.refused", wrong);
    if (name === "BOT_TOKEN") redactSecrets([value]);
    return { value, remark: await checked(value) };
  };
  if (given !== undefined) {
    const wrong = problemOf(name, given);
    if (wrong !== undefined) throw new BotError("init.refused", wrong);
    if (present !== undefined && present !== given && !force)
      throw new BotError("init.refused", `.env sets another ${name}. Replace it with --force, or change it there.`);
    return accept(given);
  }
  if (prompt === undefined) {
    if (present !== undefined) return accept(present);
    throw new BotError(
      "init.refused",
      "Nobody can be asked, for this is no terminal. Give a file that holds the token with --token-file, and your id with --owner.",
    );
  }
  const question = `${questions[name]}${present === undefined ? "" : "; Enter keeps the one in .env"}: `;
  for (let tries = 1; ; tries++) {
    const answer = (await prompt.ask(question, { secret: name === "BOT_TOKEN" })).trim();
    try {
      return await accept(answer === "" && present !== undefined ? present : answer);
    } catch (error) {
      const again = error instanceof BotError && ["init.refused", "telegram.unauthorized"].includes(error.code);
      if (!again || tries >= TRIES) throw error;
      prompt.say(error.message);
    }
  }
}

/** What is wrong with a value, without the value. */
function problemOf(name: Name, value: string): string | undefined {
  const { schema, wanted } = variables[name];
  return v.safeParse(schema, value).success ? undefined : `That is no ${name}; wanted: ${wanted}.`;
}

function apiRootInForce(): string {
  const { schema, fallback, wanted } = variables.TELEGRAM_API_ROOT;
  const environment = readEnvironment(process.cwd(), process.env);
  const parsed = v.safeParse(schema, environment.TELEGRAM_API_ROOT ?? fallback);
  if (!parsed.success) throw invalidConfiguration([`TELEGRAM_API_ROOT is none; wanted: ${wanted}`]);
  return parsed.output;
}

async function askTelegram(token: string, apiRoot: string): Promise<string> {
  const pool = createRequestPool(new URL(apiRoot).origin, { connections: 1 });
  try {
    const { result, code, description } = await botApiQuestions({ token, apiRoot, pool }).me();
    if (result) return `Telegram knows this bot as @${result.username}.`;
    if (code === 401 || code === 404)
      throw new BotError("telegram.unauthorized", "Telegram refuses this token. Take the one that @BotFather shows.");
    throw new BotError("telegram.unreachable", `Telegram did not say who the bot is (${code} ${description}).`);
  } finally {
    await pool.dispose();
  }
}

/**
 * The first word of a file; more than a token's length is not read.
 *
 * @throws BotError `init.refused` when it cannot be read.
 */
function readTokenFile(file: string): string {
  try {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(1024);
      return bytes
        .toString("utf8", 0, readSync(handle, bytes, 0, bytes.length, null))
        .replace(/^\ufeff/, "")
        .trim();
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why = obstacles[code] ?? `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new BotError(
      "init.refused",
      `${JSON.stringify(file)}, the file of --token-file, ${why}. Give one that holds the token and nothing else.`,
      { cause: error },
    );
  }
}

const obstacles: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EISDIR: "is a folder",
  EACCES: "may not be read by you",
};
