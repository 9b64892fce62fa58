import { accessSync, constants, existsSync, lstatSync, readdirSync, type Stats, statfsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode } from "../../domain/errors.ts";
import { folderObstacle, kindOf } from "../../platform/obstacle.ts";
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
  const found = [rights, ...openToAll(folder), ...openToOthers(folder), checkSpace(place)];
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
    if (!existsSync(folder) && lstatSync(folder, { throwIfNoEntry: false })) {
      const { what, todo } = folderObstacle(folder) ?? { what: "it is no folder", todo: "Choose another DATA_DIR" };
      return fail(`${folder} cannot be used: ${what}`, `${todo}.`);
    }
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const advice = "Run this as the user whom the bot runs as, give that user the folder, or choose another DATA_DIR.";
    return fail(`${place} may not be written to (${reason(error)})`, advice);
  }
  if (!existsSync(folder)) return { check, state: "ok", detail: `${folder} is made when the bot starts` };
  const odd = noFiles(folder);
  if (odd !== undefined) return fail(odd, "Take it away.");
  const foreign = filesOfOthers(folder);
  if (foreign.length > 0) {
    const { uid, gid } = userOf(folder);
    return fail(
      `${foreign.join(", ")} in ${folder} ${foreign.length === 1 ? "belongs" : "belong"} to another user than the bot's`,
      `The bot may be unable to write there: chown -R ${uid}:${gid} ${quoted(resolve(folder))}`,
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

/** The bot's files that somebody else left there, such as root; as another user than root, those that user cannot change. */
function filesOfOthers(folder: string): readonly string[] {
  if (process.getuid === undefined) return [];
  const { uid } = userOf(folder);
  return ownFiles(folder)
    .filter(({ name, state }) => state.uid !== uid && (process.getuid?.() === 0 || !mayChange(join(folder, name))))
    .map(({ name }) => name);
}

/** Whether this user can; `run.pid` is never changed, only replaced. */
function mayChange(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return basename(file) === "run.pid";
  }
}

/**
 * Whom the bot most likely runs as: the folder's owner. In one that is open to everybody the bot can be anybody, and its
 * files say who it was.
 */
function userOf(folder: string): Pick<Stats, "uid" | "gid"> {
  const owner = statSync(folder);
  if (!isOpenToAll(owner)) return owner;
  const files = ownFiles(folder).map(({ state }) => state);
  const nobodyYet = { uid: process.getuid?.() ?? owner.uid, gid: process.getgid?.() ?? owner.gid };
  return files.find(({ uid }) => uid !== 0) ?? files[0] ?? nobodyYet;
}

/** Whether every user of the machine may write there. */
function isOpenToAll({ mode }: Pick<Stats, "mode">): boolean {
  return process.platform !== "win32" && (mode & 0o002) !== 0;
}

/** A folder that every user may write to: anybody could put another database there. */
function openToAll(folder: string): readonly Finding[] {
  const state = statSync(folder, { throwIfNoEntry: false });
  if (!state?.isDirectory() || !isOpenToAll(state)) return [];
  try {
    const { uid, gid } = userOf(folder);
    const path = quoted(resolve(folder));
    // Closing another user's folder would lock the bot out.
    const first = uid === state.uid ? "" : `chown ${uid}:${gid} ${path} && `;
    const detail = `every user of this machine may write to ${folder}`;
    return [{ check: "data", state: "warn", detail, advice: `Close it: ${first}chmod 700 ${path}` }];
  } catch {
    return []; // what may not be looked at is told above
  }
}

/** What has the name of a file of the bot's and is none, such as a pipe, which nothing can be kept in. */
function noFiles(folder: string): string | undefined {
  for (const { name } of ownFiles(folder)) {
    const state = statSync(join(folder, name), { throwIfNoEntry: false });
    if (state?.isFile() === false) return `${name} in ${folder} is ${kindOf(state)}, and no file`;
  }
  return undefined;
}

function ownFiles(folder: string): readonly { readonly name: string; readonly state: Stats }[] {
  return readdirSync(folder)
    .filter((name) => OWN.test(name))
    .flatMap((name) => {
      const state = lstatSync(join(folder, name), { throwIfNoEntry: false });
      return state === undefined ? [] : [{ name, state }];
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
