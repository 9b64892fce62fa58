import timers from "node:timers/promises";
import type { ApiResponse } from "grammy/types";
import { InputFile, type RawApi, type Transformer } from "grammy/web";
import { BotError, errorCode } from "../domain/errors.ts";

/** Kept connections to the Bot API server. */
export interface BotApiPool {
  request(call: {
    readonly method: "POST";
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal?: AbortSignal | undefined;
    readonly timeout?: number;
  }): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string }>;
}

export interface TransportOptions {
  readonly token: string;
  /** e.g. `https://api.telegram.org`. */
  readonly apiRoot: string;
  readonly pool: BotApiPool;
  /** Deadline of a call, in ms; a long poll's own timeout is added. Default 30,000. */
  readonly timeout?: number;
  /** Most time spent on trying a call again, in ms. Default 60,000. */
  readonly patience?: number;
  onCall?(method: string, outcome: string, seconds: number): void;
}

type Payload = Record<string, unknown>;

function holdsFile(value: unknown, depth = 0): boolean {
  if (value instanceof InputFile) return true;
  if (typeof value !== "object" || value === null || depth > 4) return false;
  return Object.values(value).some((inner) => holdsFile(inner, depth + 1));
}

function isAnswer(value: unknown): value is ApiResponse<never> {
  return typeof value === "object" && value !== null && "ok" in value && typeof value.ok === "boolean";
}

/** Calls that nobody misses, that are repeated anyway, or whose failure is what was asked for. */
const once = new Set(["getUpdates", "getMe", "sendChatAction"]);

/** The first pause before a call is tried again, in ms; each further one is twice as long, up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8_000;
/** Tries of a call that Telegram fails at (5xx): a picture may be the reason, and there are other ways. */
const SERVER_TRIES = 3;
/** Paused chats remembered before those whose pause is over are forgotten. */
const PAUSES = 1_000;

/**
 * Sends Bot API calls as JSON over kept connections instead of grammY's `fetch`, which costs most of a
 * bot's throughput. Uploads go grammY's own way. A 429 pauses that chat (or the bot, for calls without
 * one) for `retry_after` and tries again (Bot API, ResponseParameters); so does, after a growing pause, a call
 * that did not reach Telegram, and twice one that Telegram failed at. A call that got no answer in time is not
 * repeated: it may have been carried out.
 *
 * Calls reject with BotError `telegram.unreachable`, never with a URL that holds the token; and with
 * `telegram.rate_limited`, which says when to come back, where Telegram wants a pause longer than the patience.
 */
export function createTransport(options: TransportOptions): Transformer<RawApi> {
  const { token, apiRoot, pool, timeout = 30_000, patience = 60_000 } = options;
  const root = new URL(apiRoot).pathname.replace(/\/$/, "");
  /** Until when a chat is paused, by chat id; "" stands for the whole bot. */
  const pauses = new Map<string, number>();

  /** @param error what was thrown; a `retryAfter` says that the call was surely not carried out. */
  const unreachable = (method: string, error: unknown, retryAfter?: number) => {
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(token, "<token>");
    const details = retryAfter === undefined ? {} : { retryAfter };
    return new BotError("telegram.unreachable", `${method} did not reach Telegram: ${reason}`, details);
  };

  const send = async (method: string, payload: Payload, signal: AbortSignal | undefined): Promise<Outcome> => {
    const polling = method === "getUpdates" ? Number(payload.timeout ?? 0) * 1000 : 0;
    const { status, body } = await pool.request({
      method: "POST",
      path: `${root}/bot${token}/${method}`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(payload),
      signal,
      timeout: timeout + polling,
    });
    const page = new Error(`the answer (status ${status}) is none of a Bot API server's`);
    return readAnswer(body) ?? unreachable(method, page, status >= 500 ? FIRST_PAUSE : undefined);
  };

  const pause = async (duration: number, signal: AbortSignal | undefined) => {
    await timers.setTimeout(duration, undefined, signal ? { signal } : {});
  };

  const waitForPause = async (method: string, chat: string, deadline: number, signal: AbortSignal | undefined) => {
    for (const key of new Set(["", chat])) {
      const end = pauses.get(key) ?? 0;
      const left = end - Date.now();
      if (left > 0 && end > deadline) throw rateLimited(method, left);
      if (left > 0) await pause(left, signal);
      else pauses.delete(key);
    }
  };

  const pauseChat = (chat: string, duration: number) => {
    const now = Date.now();
    if (pauses.size >= PAUSES) for (const [key, end] of pauses) if (end <= now) pauses.delete(key);
    pauses.set(chat, now + duration);
  };

  return async (prev, method, payload, abort) => {
    // grammY types the signal by its own shim; on every runtime here it is the platform's.
    const signal = abort as AbortSignal | undefined;
    const chat = payload && "chat_id" in payload ? String(payload.chat_id) : "";
    const upload = holdsFile(payload);
    const deadline = Date.now() + patience;

    const attempt = async (): Promise<Outcome> => {
      const begun = performance.now();
      const tell = (outcome: string) => options.onCall?.(method, outcome, (performance.now() - begun) / 1000);
      try {
        const outcome = upload
          ? ((await prev(method, payload, abort)) as ApiResponse<never>)
          : await send(method, (payload ?? {}) as Payload, signal);
        tell(outcome instanceof BotError ? "unreachable" : outcome.ok ? "ok" : String(outcome.error_code));
        return outcome;
      } catch (error) {
        tell("unreachable");
        signal?.throwIfAborted();
        // The pool's codes tell a lost connection from a missing answer; grammY's own path does not.
        const code = errorCode(error) ?? "http.unreachable";
        return unreachable(method, error, code === "http.unreachable" ? FIRST_PAUSE : undefined);
      }
    };

    for (let tries = 1; ; tries++) {
      await waitForPause(method, chat, deadline, signal);
      const outcome = await attempt();
      const wait = pauseAfter(outcome, tries);
      const asked = outcome instanceof BotError || outcome.ok ? undefined : outcome.parameters?.retry_after;
      if (asked !== undefined) pauseChat(chat, asked * 1000);
      if (wait === undefined || once.has(method) || Date.now() + wait > deadline) {
        if (outcome instanceof BotError) throw outcome;
        if (asked !== undefined) throw rateLimited(method, asked * 1000);
        return outcome;
      }
      if (asked === undefined) await pause(wait, signal);
    }
  };
}

/** @param left ms. */
function rateLimited(method: string, left: number): BotError {
  const seconds = Math.ceil(left / 1000);
  const message = `Telegram wants no ${method} for ${seconds} s.`;
  return new BotError("telegram.rate_limited", message, { retryAfter: left, status: 429 });
}

/** What a try ended with: Telegram's answer, or that there is none. */
type Outcome = ApiResponse<never> | BotError;

/** After how many ms a call is worth another try; `undefined` when its outcome stands. */
function pauseAfter(outcome: Outcome, tries: number): number | undefined {
  const backoff = Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE) * (0.75 + Math.random() / 2);
  if (outcome instanceof BotError) return outcome.retryAfter === undefined ? undefined : backoff;
  if (outcome.ok) return undefined;
  const asked = outcome.parameters?.retry_after;
  if (asked !== undefined) return asked * 1000;
  return outcome.error_code >= 500 && tries < SERVER_TRIES ? backoff : undefined;
}

function readAnswer(text: string): ApiResponse<never> | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isAnswer(answer) ? answer : undefined;
  } catch {
    return undefined; // e.g. a gateway's page
  }
}
