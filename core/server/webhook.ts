import { createHash, timingSafeEqual } from "node:crypto";
import type { Handler } from "./server.ts";

/** How a request to the webhook ended. */
export type WebhookOutcome = "ok" | "wrong_secret" | "too_large" | "slow" | "no_update" | "unavailable" | "failed";

export interface WebhookRouteOptions {
  /** What Telegram shows to be Telegram. */
  readonly secret: string;
  /** Takes an update, if it is one; rejects when it cannot be kept. */
  receive(value: unknown): Promise<"ok" | "no_update" | "unavailable">;
  /** Time a body may take, in ms. Default 10,000. */
  readonly timeout?: number;
  onAnswer?(outcome: WebhookOutcome): void;
}

/** Largest body, in bytes: the largest updates, long messages that answer long messages, take some 100 KB. */
const LARGEST = 1024 * 1024;

/** Deepest nesting of an update, in brackets. Telegram's have some twenty; what keeps them could not write thousands. */
const DEEPEST = 100;

const answers: Readonly<Record<WebhookOutcome, readonly [status: number, text: string]>> = {
  ok: [200, ""],
  wrong_secret: [401, "The secret is missing or wrong.\n"],
  too_large: [413, "Too large for an update.\n"],
  slow: [408, "The body took too long.\n"],
  no_update: [400, "This is no update of the Bot API.\n"],
  unavailable: [503, "No updates are taken at the moment.\n"],
  failed: [500, "The update could not be kept; the log says why.\n"],
};

const digest = (text: string) => createHash("sha256").update(text).digest();

/** A body of at most {@link LARGEST} bytes as text; `undefined` when it is larger. */
async function readBody(request: Request): Promise<string | undefined> {
  const length = request.headers.get("content-length");
  if (length !== null) return Number(length) > LARGEST ? undefined : request.text(); // HTTP itself keeps to the length
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > LARGEST) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** Whether JSON nests deeper than {@link DEEPEST}, in one pass; of what is no JSON it says nothing. */
function isDeep(json: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (inText) {
      if (sign === "\\") at++;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === "]" || sign === "}") depth--;
    else if ((sign === "[" || sign === "{") && ++depth > DEEPEST) return true;
  }
  return false;
}

/**
 * Answers what is posted to the webhook: 200 when the update is kept, anything else when Telegram shall send it again.
 *
 * The secret alone decides who is heard, not the path: paths stand in the logs of every proxy in between, headers do
 * not. It is looked at before a byte of the body is read. The type of the content says nothing more, and is not asked.
 */
export function createWebhookRoute({ secret, receive, timeout = 10_000, onAnswer }: WebhookRouteOptions): Handler {
  const wanted = digest(secret);

  /** Digests have one length, so that comparing them tells nothing about the secret, nor how long it is. */
  const isTelegram = (request: Request) =>
    timingSafeEqual(digest(request.headers.get("x-telegram-bot-api-secret-token") ?? ""), wanted);

  const take = async (request: Request): Promise<WebhookOutcome> => {
    if (!isTelegram(request)) return "wrong_secret";
    const late = Promise.withResolvers<"slow">();
    const timer = setTimeout(() => late.resolve("slow"), timeout);
    let body: string | undefined;
    try {
      const reading = readBody(request).then((text) => ({ text }));
      const read = await Promise.race([reading, late.promise]);
      if (read === "slow") {
        reading.catch(() => undefined); // it ends with the connection
        return "slow";
      }
      body = read.text;
    } catch {
      return "no_update"; // whoever sent it left in the middle
    } finally {
      clearTimeout(timer);
    }
    if (body === undefined) return "too_large";
    if (isDeep(body)) return "no_update";
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return "no_update";
    }
    try {
      return await receive(value);
    } catch {
      return "failed"; // told to the log where it failed
    }
  };

  return async (request) => {
    const outcome = await take(request);
    onAnswer?.(outcome);
    const [status, text] = answers[outcome];
    const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff", "content-type": "text/plain" };
    return new Response(text, { status, headers });
  };
}
