import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BotError } from "../domain/errors.ts";
import { lockDataFolder } from "../platform/data-lock.ts";

/** A folder for the playground's data. Disposing lets go of it, and removes a temporary one. */
export interface PlaygroundFolder extends Disposable {
  readonly path: string;
}

export interface PlaygroundFolderOptions {
  /** Folder to keep data in. */
  readonly data: string | undefined;
  /** Where a temporary folder may be made, best first: on a read-only system `/tmp` may not be one. */
  readonly places: readonly (string | undefined)[];
}

/**
 * Opens the folder that was named, or makes a temporary one.
 *
 * @throws BotError `data.locked`: the folder is a running bot's. `config.invalid`: it, or no place at all, may be written to.
 */
export function openPlaygroundFolder({ data, places }: PlaygroundFolderOptions): PlaygroundFolder {
  if (data !== undefined) return { path: data, [Symbol.dispose]: lockDataFolder(data) };
  const problems: string[] = [];
  for (const place of places) {
    if (place === undefined || place === "") continue;
    try {
      const path = mkdtempSync(join(place, "dramabot-playground-"));
      return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const message = `The playground finds no place for its data (${problems.join("; ")}). Name a folder that may be written to: --data <folder>.`;
  throw new BotError("config.invalid", message);
}
