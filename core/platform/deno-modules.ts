import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Says of a module that ran on Deno what Node would have said before: Deno compiles all of TypeScript, Node and the
 * executable only take types out. A plugin that works here alone would be a surprise on the next server.
 *
 * @param files the module and those it imported.
 * @returns Node's error; `undefined` when there is nothing to say.
 */
export function unstrippable(files: Iterable<string>): Error | undefined {
  for (const file of files) {
    if (!file.endsWith(".ts")) continue;
    try {
      stripTypeScriptTypes(readFileSync(file, "utf8"));
    } catch (error) {
      const [, what, line] =
        /^(.* is not supported in strip-only mode) at \S+?:(\d+):\d+$/.exec(messageOf(error)) ?? [];
      if (what === undefined) continue; // Deno says itself what it does not understand
      const told = Object.assign(new SyntaxError(what), { code: "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" });
      told.stack = `${file}:${line}\n${told.stack}`; // as Node has it
      return told;
    }
  }
  return undefined;
}

/**
 * Tells when a package is nowhere: Deno takes its name for a file beside the importer then.
 *
 * @param specifier as the importer has it.
 * @param found the URL that Deno made of it.
 * @returns Node's error; `undefined` when it was found, or is no package.
 */
export function missingPackage(specifier: string, importer: string | undefined, found: string): Error | undefined {
  if (!importer?.startsWith("file:") || /^(?:[./]|[a-z]+:)/i.test(specifier)) return undefined;
  if (found !== new URL(specifier, importer).href) return undefined;
  const message = `Cannot find package '${specifier}' imported from ${fileURLToPath(importer)}`;
  return Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
