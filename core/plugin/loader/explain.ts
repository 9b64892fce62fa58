import { reasonOf } from "../reason.ts";
import { soundly, stackOf } from "../thrown.ts";
import type { LoaderHost, Obstacle } from "./host.ts";
import { TYPE_NAMES } from "./type-names.ts";

type Reading = Pick<LoaderHost, "read" | "shown" | "brokenLine">;

/** A file and, where it is known, a line in it. */
interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

/**
 * Says in one line why a plugin cannot be loaded: file, line, what is wrong, and what to do.
 *
 * @param file the plugin's module.
 * @param files modules that were reached before it failed, the plugin's among them.
 */
export function explainFailure(thrown: unknown, file: string, { files, host }: Explanation): string {
  const error = soundly(thrown);
  if (isUnreadable(error)) return explainUnreadable(error.unreadable, host);
  if (isRefused(error)) return explainRefused(error.refused, host);
  const message = messageOf(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const told = placeInFile(placeInStack(error, files) ?? placeInMessage(error), host);
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
    return line(host, told ?? { file }, message, "Types are only taken out, so write it in plain JavaScript");
  const missing =
    /(?:Cannot find (?:module|package) '([^']+)' imported from|Loading unprepared module: (\S+?),?\s+imported from:) (\S+)/;
  const [, module, unprepared, importer] = missing.exec(message) ?? [];
  const absent = module ?? unprepared;
  if (absent !== undefined && importer !== undefined) {
    const from = pathOf(importer);
    const name = pathOf(absent).split(/[\\/]/).at(-1) ?? absent;
    const place = { file: from, line: lineOf(host.read(from), (text) => text.includes(name) && /["']/.test(text)) };
    const isFile = /^(?:file:|\/|[a-z]:\\)/i.test(absent);
    const own = isFile ? ownName(pathOf(absent)) : undefined;
    const wanted = own
      ? `That is how the program's own files name each other; write "${own}" instead`
      : isFile
        ? "Check the path, with its ending"
        : "Install it beside the plugin (npm install), or do without";
    return line(host, place, `${isFile ? "the file" : "the package"} ${isFile ? name : absent} is not there`, wanted);
  }
  const [, unknown] = /^No such built-in module: (\S+)$/.exec(message) ?? [];
  if (unknown !== undefined) {
    const importer = files.find((each) => lineOfImport(host.read(each), unknown) !== undefined) ?? file;
    const place = { file: importer, line: lineOfImport(host.read(importer), unknown) };
    return line(host, place, `there is no module ${unknown}`, "Check the name");
  }
  if (error instanceof SyntaxError || / SyntaxError: /.test(` ${message}`)) {
    const [, name] = /does not provide an export named '([^']+)'/.exec(message) ?? [];
    if (name !== undefined) {
      const isType = message.includes("'dramabot/plugin'") && TYPE_NAMES.has(name);
      const todo = isType ? `It is a type: write import type { ${name} }` : "Check the name on both sides";
      return line(host, told ?? { file }, message.replace(/ at file:.*$/, ""), todo);
    }
    const broken = told ?? firstBroken(files, host) ?? { file };
    return line(
      host,
      broken,
      `the syntax is broken: ${message.replace(/^SyntaxError: | at file:.*$|\s*\|.*$/g, "")}`,
      "Mend it there",
    );
  }
  return line(
    host,
    told ?? { file },
    `it threw while it was loaded: ${message}`,
    "Mend it, or ask the plugin's author",
  );
}

/** What is thrown instead of reading a module that cannot be read. */
interface Unreadable extends Error {
  readonly unreadable: Obstacle & { readonly path: string; readonly importer?: string | undefined };
}

function isUnreadable(error: unknown): error is Unreadable {
  return error instanceof Error && "unreadable" in error;
}

function explainUnreadable({ path, importer, what, todo }: Unreadable["unreadable"], host: Reading): string {
  if (importer === undefined) return line(host, { file: path }, what, todo);
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const at = lineOf(host.read(importer), (text) => text.includes(name) && /["']/.test(text));
  return line(host, { file: importer, line: at }, `the file ${name} cannot be read: ${what}`, todo);
}

/** What a module of the program's own is called by all others, such as when its `bot.config.ts` is copied elsewhere. */
function ownName(path: string): string | undefined {
  const [, core, plugin] =
    /[\\/](?:core[\\/](config[\\/]define|plugin[\\/]index)|plugins[\\/]([a-z0-9-]+)[\\/]index)\.ts$/.exec(path) ?? [];
  if (plugin !== undefined) return `dramabot/plugins/${plugin}`;
  return core === undefined ? undefined : `dramabot/${core.startsWith("config") ? "config" : "plugin"}`;
}

/** What is thrown of an import that the program never fulfils. */
interface Refused extends Error {
  readonly refused: Obstacle & { readonly specifier: string; readonly importer: string };
}

function isRefused(error: unknown): error is Refused {
  return error instanceof Error && "refused" in error;
}

function explainRefused({ specifier, importer, what, todo }: Refused["refused"], host: Reading): string {
  return line(host, { file: importer, line: lineOfImport(host.read(importer), specifier) }, what, todo);
}

/** The line that names a module as it is imported, beginning with 1. */
function lineOfImport(text: string | undefined, specifier: string): number | undefined {
  const quoted = [`"${specifier}"`, `'${specifier}'`];
  return lineOf(text, (one) => quoted.some((each) => one.includes(each)));
}

export interface Explanation {
  readonly files: readonly string[];
  readonly host: Reading;
}

/** One line about a place in a file. */
export function line(host: Pick<LoaderHost, "shown">, { file, line: at }: Place, what: string, todo: string): string {
  return `${host.shown(file)}${at === undefined ? "" : `:${at}`}: ${what.replace(/[.\s]+$/, "")}. ${todo}.`;
}

/** The first line of a text that a condition holds for, beginning with 1. */
export function lineOf(text: string | undefined, isIt: (line: string) => boolean): number | undefined {
  const index = text?.split("\n").findIndex(isIt) ?? -1;
  return index < 0 ? undefined : index + 1;
}

/** Where in one of these files something was called or thrown. */
export function placeInStack(error: unknown, files: readonly string[]): Place | undefined {
  for (const text of stackOf(error)?.split("\n") ?? []) {
    const [, path = "", at] =
      /(?:^|\(|at (?:async )?)((?:file:\/\/|\/|[a-z]:\\)[^()]*?)(?:\?[^:)]*)?:(\d+)(?::\d+)?\)?$/i.exec(text.trim()) ??
      [];
    const file = pathOf(path);
    if (files.includes(file)) return { file, line: Number(at) };
  }
  return undefined;
}

/** Deno puts the place behind the message. */
function placeInMessage(error: unknown): Place | undefined {
  const [, url = "", at] = /at (file:\S+?)(?:\?\S*?)?:(\d+):\d+$/.exec(messageOf(error)) ?? [];
  return url === "" ? undefined : { file: pathOf(url), line: Number(at) };
}

/** A place with a line that its file has: of a text that breaks off, Deno tells one far behind its end now and then. */
function placeInFile(place: Place | undefined, host: Reading): Place | undefined {
  const lines = place && host.read(place.file)?.trimEnd().split("\n").length;
  if (place?.line === undefined || lines === undefined) return place;
  return { file: place.file, line: Math.min(place.line, lines) };
}

function firstBroken(files: readonly string[], host: Reading): Place | undefined {
  for (const file of files) {
    const at = host.brokenLine(file);
    if (at !== undefined) return { file, line: at };
  }
  return undefined;
}

function messageOf(error: unknown): string {
  // A list of every token that might have stood there helps nobody.
  return reasonOf(error).replace(/\. Expected (?:an )?identifier, .*$/, "");
}

/** The path that a file URL stands for. */
export function pathOf(url: string): string {
  if (!url.startsWith("file:")) return url;
  const { pathname } = new URL(url);
  return decodeURIComponent(/^\/[a-z]:/i.test(pathname) ? pathname.slice(1).replaceAll("/", "\\") : pathname);
}
