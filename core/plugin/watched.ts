import type { Condition, HandlerWatch } from "./condition.ts";
import { fieldHandlers, type Handler, type Handlers, handlers, type Immediate, type Method } from "./handlers.ts";

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
  if (typeof item !== "object" || item === null || !Object.hasOwn(handlers, point))
    return { item, forget: () => undefined };
  const watches: HandlerWatch[] = [];
  const own = item as Record<string, unknown>; // read by name alone
  const watch = (name: string) => {
    const added = condition.handler(name);
    watches.push(added);
    return added;
  };
  const around = wrap(own, handlers[point]?.(own) ?? {}, watch);
  if (point === "sources" && Array.isArray(around.fields)) {
    around.fields = around.fields.map((field: unknown) => {
      if (typeof field !== "object" || field === null) return field; // it will be refused
      return wrap(field as Record<string, unknown>, fieldHandlers(field as Record<string, unknown>, around), watch);
    });
  }
  const forget = () => {
    for (const each of watches) each.forget();
  };
  return { item: around, forget };
}

/** An object with the same properties, some of which are watched. */
function wrap(
  own: Record<string, unknown>,
  watched: Handlers,
  watchOf: (handler: string) => HandlerWatch,
): Record<string, unknown> {
  // The item may be an instance of a class, with private fields: its methods need itself.
  const around: Record<string, unknown> = {};
  for (const key of keysOf(own)) {
    const value = own[key];
    const handler = Object.hasOwn(watched, key) ? watched[key] : undefined;
    const method = (...args: readonly unknown[]) => (own[key] as Method).apply(own, args as unknown[]);
    if (typeof value !== "function") around[key] = value;
    else if (handler === undefined) around[key] = method;
    else around[key] = watchedMethod(method, handler, watchOf(handler.name));
  }
  return around;
}

function watchedMethod(method: Method, handler: Handler | Immediate, watch: HandlerWatch): Method {
  if ("assert" in handler) {
    return watch.immediate(method, handler.assert);
  }
  return (...args) => {
    const { rules, args: passed, end } = handler.begin(args);
    const work = async () => {
      const given = await method(...passed);
      end?.(given, watch);
      return given;
    };
    return watch.call(work, rules);
  };
}

/** Names of an item's properties, those of its class among them. */
function keysOf(item: object): ReadonlySet<string> {
  const keys = new Set<string>();
  for (let at: object | null = item; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const key of Object.getOwnPropertyNames(at)) if (key !== "constructor") keys.add(key);
  return keys;
}
