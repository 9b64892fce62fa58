import assert from "node:assert/strict";
import { hasText } from "../../domain/card.ts";
import type { ExtensionPoints } from "../context.ts";
import { type KnownKeys, mistypedKeys } from "../keys.ts";
import { createPoints } from "../points.ts";
import { shownValue } from "../shown-value.ts";
import { within } from "../within.ts";

/** One rule of a contract, for any test runner: it rejects when the rule is broken. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

export interface ContractOptions {
  /** How long one call may take, in ms; a call that never ends breaks the rule then. */
  readonly deadline?: number;
}

/** What people and upstreams send: nothing, unseen signs, emoji, markup, too much, and what looks like commands. */
export const rubbish: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\u202e\u200b",
  "\ud83d",
  "👩‍👩‍👧‍👦".repeat(200),
  "<b>&amp;{}</b>",
  "<&>",
  "x".repeat(4096),
  "../../etc/passwd",
  "%",
  "{}",
  "__proto__",
];

/** Runs a call, which may throw at once, under a deadline. */
export function settled<T>(what: string, deadline: number, call: () => T | Promise<T>): Promise<T> {
  const late = () => new assert.AssertionError({ message: `${what} did not end within ${deadline} ms` });
  return within(async () => call(), deadline, late);
}

/** A call that must reject, and not only run out of time. */
export async function refused(what: string, deadline: number, call: () => unknown): Promise<void> {
  const outcome = await settled(what, deadline, async () => {
    try {
      await call();
      return "answered";
    } catch {
      return "refused";
    }
  });
  assert.ok(outcome === "refused", `${what} went on although its signal was aborted`);
}

/** A call whose signal aborts while it is under way: it must end, with an answer or without. */
export async function endsWhenAborted(
  what: string,
  deadline: number,
  call: (signal: AbortSignal) => unknown,
): Promise<void> {
  const abort = new AbortController();
  const ended = settled(what, deadline, async () => {
    try {
      await call(abort.signal);
    } catch {
      // Giving up is what it should do.
    }
  });
  setImmediate(() => abort.abort());
  await ended;
}

/** The rule that the registry takes an item. */
export function isAdmitted<K extends keyof ExtensionPoints>(point: K, item: ExtensionPoints[K]): ContractCase {
  return {
    name: "is well formed",
    run: async () =>
      void createPoints()
        .forPlugin(point, { plugin: "contract", onUndo: () => undefined })
        .add(item),
  };
}

/** The rule that no key of an item is mistyped: nobody would read it. Items may have keys of their own. */
export function hasNoMistypedKey(item: object, keys: KnownKeys): ContractCase {
  return {
    name: "has no mistyped key",
    async run() {
      for (const { what, todo } of mistypedKeys(item, keys)) assert.fail(`${what}. ${todo}`);
    },
  };
}

/** The names of the keys of something, complete as the compiler sees it. */
export function keysOf<T>(all: Readonly<Record<keyof T, true>>): readonly string[] {
  return Object.keys(all);
}

/** A text with something in it. @param what it is, such as `a hit's "title"`. */
export function assertText(value: unknown, what: string): asserts value is string {
  const isText = typeof value === "string" && value.trim() !== "";
  assert.ok(isText, `${what} must be a text that is not empty, but is ${shownValue(value)}`);
}

/** A list. @param what it is, such as `what search() gives`. */
export function assertList(value: unknown, what: string): asserts value is readonly unknown[] {
  assert.ok(Array.isArray(value), `${what} must be a list, but is ${shownValue(value)}`);
}

/** The URL that a text holds. @param what the text is, such as `a hit's "url"`. */
export function urlFrom(value: unknown, what: string): URL {
  const url = typeof value === "string" ? URL.parse(value) : null;
  assert.ok(url !== null, `${what} must be a URL, but is ${shownValue(value)}`);
  return url;
}

/** Telegram HTML that somebody would see something of. */
export function assertVisible(html: unknown, about: string): void {
  assert.ok(typeof html === "string" && hasText(html), `${about} gave nothing to see: ${JSON.stringify(html)}`);
}
