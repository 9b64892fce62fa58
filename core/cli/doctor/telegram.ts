import type { Settings } from "../../config/load.ts";
import { errorCodes } from "../../domain/errors.ts";
import type { RequestPool } from "../../http/pool.ts";
import { type BotApiAnswer, botApiQuestions, type Me, type WebhookInfo } from "./bot-api.ts";
import { type Finding, reason } from "./finding.ts";

/** Differences of the clock that are told, and that are a fault, in ms. */
const CLOCK = { warn: 30_000, fail: 300_000 } as const;

/** Updates that wait for a bot that takes them; more look as if nobody does. */
const MANY_PENDING = 100;

/** How long the webhook's last error is told, in ms. */
const RECENT = 86_400_000;

const setClock = 'Let the clock be set from the network ("timedatectl set-ntp true").';

/** Checks the token, the clock against Telegram's, and the webhook. Nothing is changed there. */
export async function checkTelegram(settings: Settings, pool: (origin: string) => RequestPool): Promise<Finding[]> {
  const { BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = settings;
  if (token === undefined) {
    return [
      {
        check: "token",
        state: "fail",
        detail: "BOT_TOKEN is not set",
        advice: 'Ask @BotFather for a token; "dramabot init" writes it into .env.',
      },
    ];
  }
  const connections = pool(new URL(apiRoot).origin);
  try {
    const questions = botApiQuestions({ token, apiRoot, pool: connections });
    const me = await questions.me();
    const known = [tokenFinding(me), clockFinding(me.clockDifference)];
    if (me.result === undefined) return known;
    return [...known, webhookFinding(await questions.webhook(), settings.WEBHOOK_URL)];
  } catch (error) {
    return [{ check: "telegram", state: "fail", detail: reason(error), advice: errorCodes["telegram.unreachable"] }];
  } finally {
    await connections.dispose();
  }
}

function tokenFinding({ result, code, description }: BotApiAnswer<Me>): Finding {
  const check = "token";
  if (result) return { check, state: "ok", detail: `Telegram knows it as @${result.username} (${result.id})` };
  if (code === 401 || code === 404) {
    const advice = "Put the token that @BotFather gives out into BOT_TOKEN.";
    return { check, state: "fail", detail: `Telegram refuses it (${code} ${description})`, advice };
  }
  const advice = "Try again in a minute.";
  return { check, state: "fail", detail: `Telegram did not say who the bot is (${code} ${description})`, advice };
}

function clockFinding(difference: number | undefined): Finding {
  const check = "clock";
  if (difference === undefined)
    return { check, state: "warn", detail: "Telegram's answer had no time to compare with", advice: setClock };
  const seconds = Math.round(Math.abs(difference) / 1000);
  if (Math.abs(difference) < CLOCK.warn) return { check, state: "ok", detail: "agrees with Telegram's" };
  const detail = `this machine is ${seconds} s ${difference > 0 ? "behind" : "ahead of"} Telegram`;
  const bad = Math.abs(difference) >= CLOCK.fail;
  const advice = bad ? `Messages may count as too old (MAX_UPDATE_AGE). ${setClock}` : setClock;
  return { check, state: bad ? "fail" : "warn", detail, advice };
}

function webhookFinding(answer: BotApiAnswer<WebhookInfo>, wanted: string | undefined): Finding {
  const check = "webhook";
  const { result: info } = answer;
  if (!info) {
    const detail = `Telegram did not say how it stands (${answer.code} ${answer.description})`;
    return { check, state: "warn", detail, advice: "Try again in a minute." };
  }
  const pending = `${info.pending_update_count} ${info.pending_update_count === 1 ? "update waits" : "updates wait"}`;
  const set = info.url === "" ? "none is set" : `set to ${originOf(info.url)}`;
  const detail = `${set}; ${pending}`;
  if (wanted === undefined && info.url !== "") {
    return {
      check,
      state: "warn",
      detail: `${detail}, while this bot polls`,
      advice: "The bot gets nothing until it is taken away. If it comes back, another program uses this token.",
    };
  }
  if (wanted !== undefined && info.url === "")
    return { check, state: "warn", detail, advice: "The bot sets it when it starts. Start it." };
  if (wanted !== undefined && originOf(info.url) !== originOf(wanted)) {
    const advice = "The bot sets it when it starts. If it changes back, another program uses this token.";
    return { check, state: "warn", detail: `${detail}; WEBHOOK_URL is ${originOf(wanted)}`, advice };
  }
  const failed = (info.last_error_date ?? 0) * 1000;
  if (info.url !== "" && Date.now() - failed < RECENT) {
    const said = `${info.last_error_message ?? "without a reason"} (${new Date(failed).toISOString()})`;
    const advice = "See that WEBHOOK_URL leads to this bot from outside, with a certificate that is good.";
    return { check, state: "warn", detail: `${detail}; last error: ${said}`, advice };
  }
  if (info.pending_update_count > MANY_PENDING)
    return { check, state: "warn", detail, advice: "See that the bot runs and takes them." };
  return { check, state: "ok", detail };
}

/** The path may hold a secret. */
function originOf(url: string): string {
  return URL.parse(url)?.origin ?? "a URL that is none";
}
