import { accessSync, constants, existsSync, lstatSync, readdirSync, type Stats, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorCode } from "../../domain/errors.ts";
import { inspectDatabase } from "../../platform/sqlite.ts";
import { summarizeStore } from "../../store/sqlite/backup.ts";
import { contents } from "../backup.ts";
import { type Finding, reason } from "./finding.ts";

/** Free space that is told, and that is a fault, in bytes. */
const SPACE = { warn: 500_000_000, fail: 50_000_000 } as const;

/** Checks `DATA_DIR`: its rights, the space on its disk, and the databases in it. Nothing is written. */
export function checkData(folder: string): Finding[] {
  const place = nearestThere(resolve(folder));
  const rights = checkRights(folder, place);
  const found = [rights, ...openToOthers(folder), checkSpace(place)];
  if (rights.state === "fail" || !existsSync(folder)) return found;
  return [...found, checkStore(join(folder, "bot.db")), checkCache(join(folder, "cache.db"))];
}

/** The folder itself, or the one it will be made in. */
function nearestThere(folder: string): string {
  let at = folder;
  while (!statSync(at, { throwIfNoEntry: false }) && dirname(at) !== at) at = dirname(at);
  return at;
}

function checkRights(folder: string, place: string): Finding {
  const check = "data";
  const fail = (detail: string, advice: string): Finding => ({ check, state: "fail", detail, advice });
  try {
    if (!statSync(place).isDirectory()) return fail(`${place} is no folder`, "Choose another DATA_DIR.");
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const advice = "Run this as the user whom the bot runs as, give that user the folder, or choose another DATA_DIR.";
    return fail(`${place} may not be written to (${reason(error)})`, advice);
  }
  if (!existsSync(folder)) return { check, state: "ok", detail: `${folder} is made when the bot starts` };
  const foreign = filesOfOthers(folder);
  if (foreign.length > 0) {
    const owner = statSync(folder);
    return fail(
      `${foreign.join(", ")} in ${folder} ${foreign.length === 1 ? "belongs" : "belong"} to another user than the folder`,
      `The bot may be unable to write there: chown -R ${owner.uid}:${owner.gid} ${resolve(folder)}`,
    );
  }
  return { check, state: "ok", detail: `${folder} may be written to` };
}

/** The bot's own files, the databases it keeps beside its own among them. */
const OWN = /^(?:bot\.db|cache\.db|run\.|ends\.jsonl|plugins\.json)/;

/** The files that other users may read or change: they hold people's chats, and the webhook's secret. */
function openToOthers(folder: string): readonly Finding[] {
  // Windows has no such modes, and into a folder that is closed nobody gets.
  if (process.platform === "win32" || !existsSync(folder)) return [];
  try {
    if ((statSync(folder).mode & 0o011) === 0) return [];
    const open = readdirSync(folder)
      .filter((name) => OWN.test(name))
      .filter((name) => {
        const file = lstatSync(join(folder, name), { throwIfNoEntry: false });
        // Who holds the folder is no secret.
        return name !== "run.pid" && file?.isFile() === true && (file.mode & 0o077) !== 0;
      });
    if (open.length === 0) return [];
    const detail = `other users may read ${open.join(", ")} in ${folder}`;
    const advice = `Close them: chmod go= ${open.map((name) => quoted(join(resolve(folder), name))).join(" ")}`;
    return [{ check: "data", state: "warn", detail, advice }];
  } catch {
    return []; // what may not be looked at is told above
  }
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The bot's files that somebody else left there, such as root. */
function filesOfOthers(folder: string): readonly string[] {
  if (process.getuid === undefined) return [];
  const owner = statSync(folder).uid;
  return readdirSync(folder)
    .filter((name) => OWN.test(name))
    .filter((name) => {
      const file: Stats | undefined = lstatSync(join(folder, name), { throwIfNoEntry: false });
      return file !== undefined && file.uid !== owner;
    });
}

function checkSpace(place: string): Finding {
  const check = "disk";
  try {
    const { bavail, bsize, files, ffree } = statfsSync(place);
    const free = bavail * bsize;
    const detail = `${megabytes(free)} free for ${place}`;
    const advice = "Make room, or choose another DATA_DIR.";
    if (files > 0 && ffree === 0) return { check, state: "fail", detail: `${detail}, but no more files fit`, advice };
    if (free < SPACE.fail) return { check, state: "fail", detail, advice };
    return free < SPACE.warn ? { check, state: "warn", detail, advice } : { check, state: "ok", detail };
  } catch (error) {
    return {
      check,
      state: "warn",
      detail: `free space is not known (${reason(error)})`,
      advice: "Look at it yourself.",
    };
  }
}

function megabytes(bytes: number): string {
  return bytes < 10_000_000_000 ? `${Math.floor(bytes / 1_000_000)} MB` : `${Math.floor(bytes / 1_000_000_000)} GB`;
}

function checkStore(file: string): Finding {
  const check = "store";
  if (!existsSync(file)) return { check, state: "ok", detail: `${file} is made when the bot starts` };
  try {
    return { check, state: "ok", detail: `${file}: ${contents(summarizeStore(file))}` };
  } catch (error) {
    const advice =
      errorCode(error) === "store.corrupt"
        ? 'Stop the bot and put a backup in its place ("dramabot restore FILE").'
        : "";
    return { check, state: "fail", detail: reason(error), advice };
  }
}

function checkCache(file: string): Finding {
  const check = "cache";
  if (!existsSync(file)) return { check, state: "ok", detail: `${file} is made when the bot starts` };
  try {
    inspectDatabase(file, () => undefined);
    return { check, state: "ok", detail: `${file}: ${megabytes(statSync(file).size)}` };
  } catch (error) {
    const advice =
      errorCode(error) === "store.corrupt"
        ? "Start the bot anew: it puts the file aside and begins another; nothing is lost but time."
        : "Until then, cached values live in memory only.";
    return { check, state: "warn", detail: reason(error), advice };
  }
}
