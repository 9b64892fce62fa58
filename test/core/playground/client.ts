import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createPlayground, type Playground, type PlaygroundOptions } from "../../../core/playground/index.ts";
import type { Message } from "../../../core/playground/protocol.ts";

export const MINA = { id: 5_000_000_001, is_bot: false, first_name: "Mina", username: "mina_park" };
export const JONAS = { id: 5_000_000_002, is_bot: false, first_name: "Jonas" };
/** A basic group, a supergroup, and a forum. */
export const GROUP = -1_001;
export const SUPERGROUP = -1_001_000_000_002;
export const FORUM = -1_001_000_000_003;

/** What the Bot API answers, whatever it is. */
export interface Answer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

/** A bot that speaks to a playground over HTTP. */
export interface Client {
  readonly desk: Playground;
  /** Sends a call as it is. */
  raw(method: string, init?: RequestInit): Promise<Response>;
  /** Calls a method with JSON. */
  call(method: string, params?: object, signal?: AbortSignal): Promise<Answer>;
  /** Calls a method that must succeed. */
  done<T = Message>(method: string, params?: object): Promise<T>;
  /** Calls a method that must be refused; resolves with the description. */
  refused(method: string, params?: object): Promise<string>;
  /** Lets a person write to the bot. */
  write(text: string, more?: { chatId?: number; userId?: number; replyTo?: number; threadId?: number }): Message;
}

/** Opens a playground that is closed with the test, and a bot for it. */
export async function openClient(t: TestContext, options: PlaygroundOptions = {}): Promise<Client> {
  const desk = await createPlayground({
    users: [MINA, JONAS],
    groups: [
      { id: GROUP, title: "Drama club" },
      { id: SUPERGROUP, title: "Big club", type: "supergroup" },
      { id: FORUM, title: "Forum", topics: ["Korean", "Films"] },
    ],
    ...options,
  });
  t.after(() => desk.dispose());
  const raw: Client["raw"] = (method, init) => fetch(`${desk.apiRoot}/bot${desk.token}/${method}`, init ?? {});
  const call: Client["call"] = async (method, params = {}, signal) => {
    const response = await raw(method, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(params),
      ...(signal ? { signal } : {}),
    });
    // Every answer of the Bot API has this shape.
    const answer = (await response.json()) as Answer;
    assert.equal(response.status, answer.ok ? 200 : answer.error_code);
    return answer;
  };
  return {
    desk,
    raw,
    call,
    async done<T>(method: string, params?: object): Promise<T> {
      const answer = await call(method, params);
      assert.ok(answer.ok, `${method} was refused: ${answer.description}`);
      // Each method's own result.
      return answer.result as T;
    },
    async refused(method, params) {
      const answer = await call(method, params);
      assert.equal(answer.ok, false, `${method} was not refused`);
      return answer.description ?? "";
    },
    write: (text, { chatId = MINA.id, userId = MINA.id, ...more } = {}) =>
      desk.world.send({ chatId, userId, text, ...more }),
  };
}

/** The head of a PNG of that size, which is all that is looked at, and as many bytes behind it. */
export function png(width: number, height: number, more = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33 + more);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
