import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Variables by name; an empty string counts as unset and is left out. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Reads `.env` and `config.env` of a folder, below the process environment, which wins.
 * Of the two files `.env` wins.
 *
 * @throws the file system's error when a file is there but cannot be read.
 */
export function readEnvironment(
  folder: string,
  processEnvironment: Readonly<Record<string, string | undefined>>,
): Environment {
  const merged: Record<string, string> = {};
  for (const source of [readFile(join(folder, "config.env")), readFile(join(folder, ".env")), processEnvironment]) {
    for (const [name, value] of Object.entries(source)) {
      if (value !== undefined && value.trim() !== "") merged[name] = value.trim();
    }
  }
  return merged;
}

function readFile(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
