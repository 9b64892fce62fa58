/**
 * What a plugin's own tests use of `node:assert/strict`, for an editor that has no types of Node. The module itself holds
 * more: `npm install --save-dev @types/node`, with `"types": ["node"]` in the tsconfig.json, knows all of it.
 */

type Message = string | Error;
/** What is expected of an error: a text it matches, its class, its properties, or a check. */
type Expected = RegExp | (new (...given: never[]) => object) | ((thrown: unknown) => boolean) | object;

export declare function ok(value: unknown, message?: Message): asserts value;
export declare function fail(message?: Message): never;
export declare function equal<T>(actual: unknown, expected: T, message?: Message): asserts actual is T;
export declare function notEqual(actual: unknown, expected: unknown, message?: Message): void;
export declare function deepEqual<T>(actual: unknown, expected: T, message?: Message): asserts actual is T;
export declare function notDeepEqual(actual: unknown, expected: unknown, message?: Message): void;
export declare function match(value: string, pattern: RegExp, message?: Message): void;
export declare function doesNotMatch(value: string, pattern: RegExp, message?: Message): void;
export declare function throws(act: () => unknown, expected?: Expected, message?: Message): void;
export declare function doesNotThrow(act: () => unknown, message?: Message): void;
export declare function rejects(
  act: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected,
  message?: Message,
): Promise<void>;
export declare function doesNotReject(
  act: Promise<unknown> | (() => Promise<unknown>),
  message?: Message,
): Promise<void>;

interface Assert {
  (value: unknown, message?: Message): asserts value;
  readonly ok: typeof ok;
  readonly fail: typeof fail;
  readonly equal: typeof equal;
  readonly strictEqual: typeof equal;
  readonly notEqual: typeof notEqual;
  readonly notStrictEqual: typeof notEqual;
  readonly deepEqual: typeof deepEqual;
  readonly deepStrictEqual: typeof deepEqual;
  readonly notDeepEqual: typeof notDeepEqual;
  readonly match: typeof match;
  readonly doesNotMatch: typeof doesNotMatch;
  readonly throws: typeof throws;
  readonly doesNotThrow: typeof doesNotThrow;
  readonly rejects: typeof rejects;
  readonly doesNotReject: typeof doesNotReject;
}

declare const assert: Assert;
export default assert;
