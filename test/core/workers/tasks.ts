/** Tasks for the worker pool's tests. */

export function double(input: number): number {
  return input * 2;
}

export function sum(bytes: Uint8Array): number {
  return bytes.reduce((all, byte) => all + byte, 0);
}

export function sameThread(): number {
  counter += 1;
  return counter;
}
let counter = 0;

export function endless(): never {
  for (;;);
}

export async function never(): Promise<void> {
  await new Promise(() => undefined);
}

export function throws(message: string): never {
  throw new TypeError(message);
}

export function throwsOddly(): never {
  throw Object.assign(new Error("with a function"), { helper: () => 1 });
}

export function throwsText(): never {
  throw "just a text";
}

export function crashes(): Promise<void> {
  setImmediate(() => {
    throw new Error("nobody catches this");
  });
  return new Promise(() => undefined);
}

export function exits(): never {
  process.exit(3);
}

export function eats(): number {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(100_000).fill(kept.length));
}

export function returnsFunction(): unknown {
  return () => 1;
}

export const noFunction = 7;
