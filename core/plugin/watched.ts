import type { CommandCall } from "./command.ts";
import type { Condition, HandlerWatch, Watch } from "./condition.ts";
import { blameless } from "./fault.ts";
import type { FormatRequest } from "./formatter.ts";
import type { SourceCall } from "./source.ts";

/** A method of an item, as it is called. */
type Method = (...args: readonly unknown[]) => unknown;

/**
 * After how many ms a call that has not come to its end counts as failed: some time after whoever called has told
 * it to give up by its signal.
 */
const LIMITS = { lookup: 40_000, command: 70_000, formatter: 4_000, health: 15_000 } as const;

interface Handler {
  readonly name: string;
  /** How a call with these arguments is watched, and the arguments it is made with. */
  watch(args: readonly unknown[]): readonly [Watch, readonly unknown[]];
}

/** The handlers among an item's methods; the core calls them with these arguments. */
const handlers: Readonly<Record<string, (item: Record<string, unknown>) => Readonly<Record<string, Handler>>>> = {
  sources({ command }) {
    const lookup = (name: string): Handler => ({
      name: `${name} of /${String(command)}`,
      watch: (args) => [{ limit: LIMITS.lookup, signal: (args[1] as SourceCall | undefined)?.signal }, args],
    });
    return { search: lookup("search"), details: lookup("details") };
  },
  commands({ name }) {
    const run: Handler = {
      name: `command /${String(name)}`,
      watch([given]) {
        const call = given as CommandCall;
        const reply: CommandCall["reply"] = (html) => blameless(() => call.reply(html));
        return [{ limit: LIMITS.command, signal: call.signal }, [{ ...call, reply }]];
      },
    };
    return { run };
  },
  formatters({ name }) {
    const format: Handler = {
      name: `formatter ${String(name)}`,
      watch: (args) => [{ limit: LIMITS.formatter, signal: (args[0] as FormatRequest).signal }, args],
    };
    return { format };
  },
  health({ name }) {
    const check: Handler = {
      name: `health check ${String(name)}`,
      watch: (args) => [{ limit: LIMITS.health, signal: args[0] as AbortSignal, mayReject: true }, args],
    };
    return { check };
  },
};

/** An item whose handlers are watched. */
export interface WatchedItem {
  readonly item: unknown;
  /** To be called when the item was taken away. */
  forget(): void;
}

/**
 * Puts a watch around an item's handlers; everything else of the item stays as it is now: what it says of itself is read
 * once.
 *
 * @param point the extension point.
 * @throws whatever reading the item throws.
 */
export function watchItem(point: string, item: unknown, condition: Condition): WatchedItem {
  if (typeof item !== "object" || item === null || !(point in handlers)) return { item, forget: () => undefined };
  const own = item as Record<string, unknown>; // read by name alone
  const watched = handlers[point]?.(own) ?? {};
  const watches: HandlerWatch[] = [];
  // The item may be an instance of a class, with private fields: its methods need itself.
  const around: Record<string, unknown> = {};
  for (const key of keysOf(own)) {
    const handler = watched[key];
    const value = own[key];
    const method = (...args: readonly unknown[]) => (own[key] as Method).apply(own, [...args]);
    if (handler !== undefined) {
      const watch = condition.handler(handler.name);
      watches.push(watch);
      around[key] = (...args: readonly unknown[]) => {
        const [rules, given] = handler.watch(args);
        return watch.call(() => method(...given), rules);
      };
    } else around[key] = typeof value === "function" ? method : value;
  }
  const forget = () => {
    for (const watch of watches) watch.forget();
  };
  return { item: around, forget };
}

/** Names of an item's properties, those of its class among them. */
function keysOf(item: object): ReadonlySet<string> {
  const keys = new Set<string>();
  for (let at: object | null = item; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const key of Object.getOwnPropertyNames(at)) if (key !== "constructor") keys.add(key);
  return keys;
}
