import { readFileSync } from "node:fs";

/** What the build knows of itself, as the bundler puts it in place of the name. */
export interface BuildInformation {
  /** The commit it was made of, with `-dirty` when files were changed. */
  readonly commit: string;
  /** e.g. `linux-x64`. */
  readonly target: string;
}

declare const DRAMABOT_BUILD: BuildInformation;

/** The build this program is; `undefined` when it runs from source. */
export const buildInformation: BuildInformation | undefined =
  typeof DRAMABOT_BUILD === "undefined" ? undefined : DRAMABOT_BUILD;

/** The program's folder; inside the executable its modules have URLs of their own. */
const PROGRAM = new URL(".", new URL("../../package.json", import.meta.url)).href;

/** As much of `node:sea` as is used; other runtimes have no such module. */
interface SingleExecutable {
  isSea(): boolean;
  getRawAsset(key: string): ArrayBuffer;
}

const executable = process.getBuiltinModule?.("node:sea") as SingleExecutable | undefined; // its types promise more

/** Whether this is the single executable. */
export function isBinary(): boolean {
  return executable?.isSea() ?? false;
}

/** Whether a module comes with the program. */
export function isOwnModule(url: URL): boolean {
  return url.href.startsWith(PROGRAM);
}

/**
 * Reads a file that comes with the program: beside its module, or inside the executable.
 *
 * @param url `new URL("./page/index.html", import.meta.url)`; inside the executable such URLs begin with `dramabot:`.
 * @throws an error with code `ENOENT` when there is no such file.
 */
export function readPackaged(url: URL): Uint8Array<ArrayBuffer> {
  if (url.protocol === "file:" || executable === undefined) return new Uint8Array(readFileSync(url));
  const key = url.pathname.slice(1);
  try {
    // The bytes stand in the executable's read-only pages: whoever wrote to them would end the process.
    return new Uint8Array(executable.getRawAsset(key)).slice();
  } catch (cause) {
    throw Object.assign(new Error(`${key} is not inside this executable.`, { cause }), { code: "ENOENT" });
  }
}
