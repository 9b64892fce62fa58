import { nearest } from "../domain/nearest.ts";

/** What keys are looked for. */
export interface KnownKeys {
  readonly known: readonly string[];
  /** What has them, such as `a command`. */
  readonly of: string;
}

/** A key that nobody reads. `what` and `todo` are parts of one line and have no full stop. */
export interface StrangeKey {
  readonly key: string;
  readonly what: string;
  /** What was likely meant, or else what there is. */
  readonly todo: string;
}

/** Finds the keys of an object that nobody reads; of an instance of a class, which may have more, those alone that are mistyped. */
export function strangeKeys(object: object, keys: KnownKeys): readonly StrangeKey[] {
  const mistyped = mistypedKeys(object, keys);
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return mistyped;
  const { known, of } = keys;
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => mistyped.find((one) => one.key === key) ?? { key, what: noKey(key, of), todo: taking(known) });
}

/** Finds keys that are nearly one that is not there. */
export function mistypedKeys(object: object, { known, of }: KnownKeys): readonly StrangeKey[] {
  const absent = known.filter((key) => !(key in object));
  return Object.keys(object).flatMap((key) => {
    const meant = known.includes(key) ? undefined : nearest(key, absent);
    return meant === undefined ? [] : [{ key, what: noKey(key, of), todo: `Write "${meant}", or take it out` }];
  });
}

const noKey = (key: string, of: string) => `"${key}" is no key of ${of}, and has no effect`;
const taking = (known: readonly string[]) => `It takes ${known.join(", ")}`;
