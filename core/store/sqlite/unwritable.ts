import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { BotError } from "../../domain/errors.ts";

/**
 * Says of the system's error why a file cannot be written, by the name that the operator gave it.
 *
 * @returns a BotError `backup.failed`; other errors as they are.
 */
export function unwritable(error: unknown, file: string): unknown {
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return error;
  const [why, todo] = reasonOf(String(error.code), dirname(resolve(file)));
  return new BotError("backup.failed", `${file} cannot be written: ${why}. ${todo}.`, { cause: error });
}

function reasonOf(code: string, folder: string): readonly [why: string, todo: string] {
  switch (code) {
    case "ENOENT":
      // The system's own folders take no files.
      if (existsSync(folder)) return [`nothing can be made in ${folder}`, "Choose another place"];
      return [`there is no folder ${folder}`, "Make it first, or choose another place"];
    case "ENOTDIR":
      return [`${folder} is no folder`, "Choose another place"];
    case "EACCES":
    case "EPERM":
      return [`${folder} may not be written to (${code})`, "Check the rights of the user who runs this"];
    case "EROFS":
      return [`${folder} is read-only`, "Choose another place"];
    case "ENOSPC":
    case "EDQUOT":
      return ["the disk is full", "Make room on it"];
    case "ELOOP":
      return ["a link on the way leads back to itself", "Choose another place"];
    case "ENAMETOOLONG":
      return ["its name is too long", "Choose a shorter one"];
    default:
      return [`the system says ${code}`, "Choose another place"];
  }
}
