import { placeInStack } from "./loader/explain.ts";

/** An external plugin's files. */
export interface PluginFiles {
  /** Absolute, its module first. */
  readonly files?: readonly string[] | undefined;
  /** Its module as the operator writes it. */
  readonly from?: string | undefined;
}

/**
 * Where in a plugin's files something was called or thrown, as the operator writes it, such as `plugins/hello.ts:7`.
 *
 * @returns `undefined` when it was in none of them.
 */
export function shownPlace({ files = [], from }: PluginFiles, error: unknown): string | undefined {
  const place = placeInStack(error, files);
  if (place === undefined) return undefined;
  const [module = ""] = files;
  // Its other files are written as the module is: what stands before that path stands before theirs.
  const before = from !== undefined && module.endsWith(from) ? module.slice(0, -from.length) : "";
  return `${place.file.startsWith(before) ? place.file.slice(before.length) : place.file}:${place.line}`;
}
