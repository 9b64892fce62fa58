import { setTimeout as sleep } from "node:timers/promises";
import type { ApiResponse } from "grammy/types";
import { InputFile, type RawApi, type Transformer } from "grammy/web";
import { BotError } from "../domain/errors.ts";

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
  /** Most time spent waiting for `retry_after`, in ms. Default 60,000. */
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

/**
 * Sends Bot API calls as JSON over kept connections instead of grammY's `fetch`, which costs most of a
 * bot's throughput. Uploads go grammY's own way. A 429 pauses that chat (or the bot, for calls without
 * one) for `retry_after` and tries again (Bot API, ResponseParameters).
 *
 * Calls reject with BotError `telegram.unreachable`, never with a URL that holds the token.
 */
export function createTransport(options: TransportOptions): Transformer<RawApi> {
  const { token, apiRoot, pool, timeout = 30_000, patience = 60_000 } = options;
  const root = new URL(apiRoot).pathname.replace(/\/$/, "");
  /** Until when a chat is paused, by chat id; "" stands for the whole bot. */
  const pauses = new Map<string, number>();

  const send = async (
    method: string,
    payload: Payload,
    signal: AbortSignal | undefined,
  ): Promise<ApiResponse<never>> => {
    const polling = method === "getUpdates" ? Number(payload.timeout ?? 0) * 1000 : 0;
    let text: string;
    try {
      const { body } = await pool.request({
        method: "POST",
        path: `${root}/bot${token}/${method}`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(payload),
        signal,
        timeout: timeout + polling,
      });
      text = body;
    } catch (error) {
      signal?.throwIfAborted();
      const reason = (error instanceof Error ? error.message : String(error)).replaceAll(token, "<token>");
      throw new BotError("telegram.unreachable", `${method} did not reach Telegram: ${reason}`);
    }
    try {
      const answer: unknown = JSON.parse(text);
      if (isAnswer(answer)) return answer;
    } catch {
      // Told below, like every other answer that is none.
    }
    throw new BotError("telegram.unreachable", `${method} was answered by something that is no Bot API server.`);
  };

  const waitForPause = async (chat: string, signal: AbortSignal | undefined) => {
    for (const key of new Set(["", chat])) {
      const left = (pauses.get(key) ?? 0) - Date.now();
      if (left > 0) await sleep(left, undefined, signal ? { signal } : {});
      else pauses.delete(key);
    }
  };

  return async (prev, method, payload, abort) => {
    // grammY types the signal by its own shim; on every runtime here it is the platform's.
    const signal = abort as AbortSignal | undefined;
    const chat = payload && "chat_id" in payload ? String(payload.chat_id) : "";
    const upload = holdsFile(payload);
    const deadline = Date.now() + patience;
    for (;;) {
      await waitForPause(chat, signal);
      const begun = performance.now();
      let answer: ApiResponse<never>;
      try {
        answer = upload
          ? ((await prev(method, payload, abort)) as ApiResponse<never>)
          : await send(method, (payload ?? {}) as Payload, signal);
      } catch (error) {
        options.onCall?.(method, "unreachable", (performance.now() - begun) / 1000);
        throw error;
      }
      options.onCall?.(method, answer.ok ? "ok" : String(answer.error_code), (performance.now() - begun) / 1000);
      const retryAfter = answer.ok ? undefined : answer.parameters?.retry_after;
      if (retryAfter === undefined || Date.now() + retryAfter * 1000 > deadline) return answer;
      pauses.set(chat, Date.now() + retryAfter * 1000);
    }
  };
}
