import * as v from "valibot";
import { BotError } from "../../domain/errors.ts";
import type { RequestPool } from "../../http/pool.ts";

/** How long Telegram may take to answer, in ms. */
const DEADLINE = 10_000;

/** The bot, as Telegram knows it (Bot API, User). */
const me = v.object({ id: v.number(), username: v.string() });
/** Bot API, WebhookInfo. */
const webhook = v.object({
  url: v.string(),
  pending_update_count: v.number(),
  last_error_date: v.optional(v.number()),
  last_error_message: v.optional(v.string()),
});

export type Me = v.InferOutput<typeof me>;
export type WebhookInfo = v.InferOutput<typeof webhook>;

const answer = v.object({
  ok: v.boolean(),
  result: v.optional(v.unknown()),
  error_code: v.optional(v.number()),
  description: v.optional(v.string()),
});

/** An answer of Telegram to a question that changes nothing. */
export interface BotApiAnswer<T> {
  /** `undefined` when Telegram refused. */
  readonly result: T | undefined;
  /** 200, or the code of the refusal: 401 and 404 stand for a wrong token. */
  readonly code: number;
  readonly description: string;
  /** Telegram's time less this machine's, in ms; `undefined` when the answer had no `Date` header. */
  readonly clockDifference: number | undefined;
}

/** Asks Telegram who the bot is and how its webhook stands. */
export interface BotApiQuestions {
  /** @throws BotError `telegram.unreachable`. */
  me(): Promise<BotApiAnswer<Me>>;
  /** @throws BotError `telegram.unreachable`. */
  webhook(): Promise<BotApiAnswer<WebhookInfo>>;
}

export interface BotApiAccess {
  readonly token: string;
  /** e.g. `https://api.telegram.org`. */
  readonly apiRoot: string;
  /** Connections to its origin. */
  readonly pool: RequestPool;
}

/** Makes the questions; each is one call, and none is tried again. */
export function botApiQuestions({ token, apiRoot, pool }: BotApiAccess): BotApiQuestions {
  const root = new URL(apiRoot).pathname.replace(/\/$/, "");
  const unreachable = (method: string, why: string) =>
    new BotError("telegram.unreachable", `${method} did not reach Telegram: ${why.replaceAll(token, "<token>")}`);

  const ask = async <S extends v.GenericSchema>(method: string, schema: S): Promise<BotApiAnswer<v.InferOutput<S>>> => {
    const sent = Date.now();
    const path = `${root}/bot${token}/${method}`;
    const { status, headers, body } = await pool.request({ method: "POST", path, timeout: DEADLINE }).catch((error) => {
      throw unreachable(method, error instanceof Error ? error.message : String(error));
    });
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), body);
    const result = read.success && read.output.ok ? v.safeParse(schema, read.output.result) : undefined;
    if (!read.success || (read.output.ok && !result?.success))
      throw unreachable(method, `the answer (status ${status}) is none of a Bot API server's`);
    return {
      result: result?.success ? result.output : undefined,
      code: read.output.ok ? 200 : (read.output.error_code ?? status),
      description: read.output.description ?? "",
      clockDifference: clockDifference(headers.date, sent, Date.now()),
    };
  };
  return { me: () => ask("getMe", me), webhook: () => ask("getWebhookInfo", webhook) };
}

/** The header has whole seconds, and was written somewhere between question and answer. */
function clockDifference(header: string | string[] | undefined, sent: number, got: number): number | undefined {
  const date = Date.parse([header].flat()[0] ?? "");
  if (Number.isNaN(date)) return undefined;
  if (date + 999 < sent) return date + 999 - sent;
  return date > got ? date - got : 0;
}
