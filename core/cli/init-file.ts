import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseDotenv } from "../config/dotenv.ts";
import { BotError } from "../domain/errors.ts";
import { kindOf } from "../platform/obstacle.ts";

/** A file of variables as it was read. */
export interface VariablesFile {
  /** "" when there is none. */
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Largest file that is edited, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads a file of variables that is to be edited. A link is not followed: what it leads to may be anybody's, and would be
 * given another mode.
 *
 * @throws BotError `init.refused` when it is there and cannot be edited.
 */
export function readVariablesFile(file: string): VariablesFile {
  const refuse = (why: string, cause?: unknown, todo = "") =>
    new BotError("init.refused", `${file} ${why}, so it was left as it is.${todo}`, { cause });
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there === undefined) return { text: "", variables: {} };
  if (there.isSymbolicLink()) {
    const todo = " Set BOT_TOKEN and OWNER_ID there yourself, or take the link away and try again.";
    throw refuse(`is a link to ${readlinkSync(file)}`, undefined, todo);
  }
  if (!there.isFile()) throw refuse(`is ${kindOf(there)}, and no file`, undefined, " Take it away and try again.");
  if (there.size > MOST_BYTES) throw refuse(`is larger than ${MOST_BYTES} bytes`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
    return { text, variables: parseDotenv(text).variables };
  } catch (error) {
    throw refuse(error instanceof TypeError ? "is not written in UTF-8" : `cannot be read (${String(error)})`, error);
  }
}

/**
 * Sets variables in a file's text: the line that sets one now is replaced, and one that is not set gets a line at the
 * end. Every other variable keeps its value.
 *
 * @param values by name; neither needs quotes.
 * @throws BotError `init.refused` when that cannot be done.
 */
export function withVariables(
  { text, variables: before }: VariablesFile,
  values: Readonly<Record<string, string>>,
): string {
  const wanted = { ...before, ...values };
  const isRight = (edited: string) => isDeepStrictEqual({ ...parseDotenv(edited).variables }, wanted);
  let edited = text;
  for (const [name, value] of Object.entries(values)) {
    if (parseDotenv(edited).variables[name] === value) continue;
    edited = replaced(edited, name, value) ?? appended(edited, name, value);
  }
  if (isRight(edited)) return edited;
  // A line that only looks as if it set the variable, such as one inside quotes, is better left alone.
  const atEnd = Object.entries(values).reduce((all, [name, value]) => appended(all, name, value), text);
  if (isRight(atEnd)) return atEnd;
  throw new BotError(
    "init.refused",
    `.env cannot be changed without changing other lines. Set ${Object.keys(values).join(" and ")} there yourself.`,
  );
}

function replaced(text: string, name: string, value: string): string | undefined {
  const line = new RegExp(`^\\ufeff?[^\\S\\r\\n]*(?:export[^\\S\\r\\n]+)?'?${name}'?[^\\S\\r\\n]*=`);
  const lines = text.split("\n");
  const at = lines.findLastIndex((candidate) => line.test(candidate));
  if (at === -1) return undefined;
  const [start = ""] = line.exec(lines[at] ?? "") ?? [];
  lines[at] = `${start}${value}${lines[at]?.endsWith("\r") ? "\r" : ""}`;
  return lines.join("\n");
}

function appended(text: string, name: string, value: string): string {
  const feed = text.includes("\r\n") ? "\r\n" : "\n";
  return `${text}${text === "" || text.endsWith("\n") ? "" : feed}${name}=${value}${feed}`;
}

/**
 * Writes a file of variables with further ones set, so that only its owner may read it. It is the old file or the
 * new one at every moment.
 *
 * @throws BotError `init.refused`, or the system's error when it cannot be written; it is as it was then.
 */
export function writeVariablesFile(
  file: string,
  present: VariablesFile,
  values: Readonly<Record<string, string>>,
): void {
  const text = withVariables(present, values);
  const owner = lstatSync(file, { throwIfNoEntry: false });
  const unfinished = join(dirname(file), `.env.${randomBytes(4).toString("hex")}.part`);
  try {
    const handle = openSync(unfinished, "wx", 0o600);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (owner && process.getuid?.() === 0) chownSync(unfinished, owner.uid, owner.gid);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
