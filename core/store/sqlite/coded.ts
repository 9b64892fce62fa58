import { sqliteError } from "../../platform/sqlite.ts";

type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** Gives what a repository's methods throw a code, so that nobody outside needs to know SQLite's. */
export function coded<T extends { readonly [K in keyof T]: Methods[string] }>(repository: T, file: string): T {
  const wrapped = Object.entries<Methods[string]>(repository).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw sqliteError(error, file);
      }
    },
  ]);
  // The same names with the same signatures.
  return Object.fromEntries(wrapped) as T;
}

/** The same for methods that answer at once. */
export function codedAtOnce<T extends { readonly [K in keyof T]: (...args: never[]) => unknown }>(
  repository: T,
  file: string,
): T {
  const wrapped = Object.entries<(...args: never[]) => unknown>(repository).map(([name, method]) => [
    name,
    (...args: never[]) => {
      try {
        return method(...args);
      } catch (error) {
        throw sqliteError(error, file);
      }
    },
  ]);
  // The same names with the same signatures.
  return Object.fromEntries(wrapped) as T;
}
