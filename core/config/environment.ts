import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseDotenv } from "./dotenv.ts";
import { invalidConfiguration } from "./problems.ts";

/** Variables by name; an empty string counts as unset and is left out. */
export type Environment = Readonly<Record<string, string>>;

/** Largest file taken, in bytes. */
const MOST_BYTES = 1024 * 1024;

type Given = Readonly<Record<string, string | undefined>>;

/**
 * Reads `.env` and `config.env` of a folder, below the process environment, which wins.
 * Of the two files `.env` wins.
 *
 * @param onProblem told about lines and files that are passed over.
 * @throws BotError `config.invalid` when a file is there but cannot be read.
 */
export function readEnvironment(
  folder: string,
  processEnvironment: Given,
  onProblem: (message: string) => void = () => undefined,
): Environment {
  const problems: string[] = [];
  const read = (file: string): Given => {
    try {
      const text = readText(join(folder, file));
      if (text === undefined) return {};
      const { variables, oddLines } = parseDotenv(text, processEnvironment);
      if (oddLines.length > 0) onProblem(oddLinesIn(file, oddLines));
      return variables;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      // A Python environment is often a folder of that name.
      if (code === "EISDIR") onProblem(`${file} is a folder, so no variables are read from it.`);
      else problems.push(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return {};
    }
  };
  const merged: Record<string, string> = {};
  for (const source of [read("config.env"), read(".env"), processEnvironment]) {
    for (const [name, value] of Object.entries(source)) {
      if (value !== undefined && value.trim() !== "") merged[name] = value.trim();
    }
  }
  if (problems.length > 0) throw invalidConfiguration(problems);
  return merged;
}

function oddLinesIn(file: string, lines: readonly number[]): string {
  const some = lines.slice(0, 5).join(", ") + (lines.length > 5 ? " and others" : "");
  return `${file}: ${lines.length === 1 ? "line" : "lines"} ${some} passed over; wanted: NAME=value`;
}

/** A file's text, `undefined` when there is none. Windows PowerShell writes UTF-16, editors a byte order mark. */
function readText(path: string): string | undefined {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  let handle: number;
  try {
    const state = statSync(path);
    // Opening a pipe nobody writes to would wait for ever.
    if (!state.isFile() && !state.isDirectory())
      throw new Error(
        `it is ${state.isFIFO() ? "a named pipe" : "a device"}, and no file. Put one there, or take it away.`,
      );
    handle = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(handle, bytes, length, bytes.length - length, null);
  } finally {
    closeSync(handle);
  }
  if (length > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes.subarray(0, length));
}
