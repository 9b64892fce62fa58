import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseDotenv } from "../../config/dotenv.ts";
import { BotError } from "../../domain/errors.ts";
import { environmentFile, linesReadDifferently } from "./environment-file.ts";
import { failureAdvice } from "./status.ts";
import type { CommandOutcome, System } from "./system.ts";
import { places, unitFile } from "./unit.ts";

export interface InstallOptions {
  readonly system: System;
  /** The words that start the program. */
  readonly command: readonly string[];
  /** Variables of the files in the folder one stands in; taken when the service has none of its own yet. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Variables that the service has its own values of. */
const own = { DATA_DIR: places.state, PLUGINS_DIR: `${places.state}/plugins` } as const;

/**
 * Writes unit and variables, and starts the service, or starts it anew.
 *
 * @returns lines about what was done.
 * @throws BotError `service.refused`.
 */
export function installService({ system, command, variables }: InstallOptions): readonly string[] {
  const text = unitFile(command);
  const said = writeVariables(system.root, variables);
  write(system.root + places.unit, text, 0o644);
  said.push(`${places.unit} is written.`);
  must(system.systemctl("daemon-reload"), "systemd could not read the unit");
  must(system.systemctl("enable", places.name), "The service could not be enabled");
  const started = system.systemctl("restart", places.name);
  if (started.status !== 0) {
    // systemd says in its own words where to look, too.
    const reason = lineOf(started).replace(/ See "systemctl .*$/, "");
    const told = ["The service is installed and does not start:", reason, ...failureAdvice(system)];
    throw new BotError("service.refused", told.join(" "));
  }
  said.push('The bot runs, and starts with the machine. "dramabot service status" shows how it is.');
  return said;
}

function writeVariables(root: string, variables: Readonly<Record<string, string>>): string[] {
  const file = root + places.environment;
  if (existsSync(file)) return keepVariables(file);
  if (variables.BOT_TOKEN === undefined || variables.OWNER_ID === undefined) {
    throw new BotError(
      "service.refused",
      `There is no ${places.environment}, and no .env with BOT_TOKEN and OWNER_ID in this folder. Run "dramabot init" here first.`,
    );
  }
  const { text, leftOut } = environmentFile({ ...variables, ...own });
  write(file, text, 0o600);
  const moved =
    variables.DATA_DIR === undefined ? [] : [`DATA_DIR is ${own.DATA_DIR} now; data elsewhere was not moved.`];
  const missing = leftOut.map((name) => `${name} holds what systemd cannot be given, and was left out.`);
  return [`${places.environment} is written; change variables there.`, ...moved, ...missing];
}

/** Keeps a file as it is, but for the places that belong to the service. */
function keepVariables(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const { variables } = parseDotenv(text);
  const missing = Object.entries(own).filter(([name]) => variables[name] === undefined);
  if (missing.length > 0) {
    const lines = missing.map(([name, value]) => `${name}=${value}\n`);
    write(file, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${lines.join("")}`, 0o600);
  }
  chmodSync(file, 0o600);
  const odd = linesReadDifferently(text);
  const dataDir = variables.DATA_DIR ?? own.DATA_DIR;
  const isOutside = dataDir !== own.DATA_DIR && !dataDir.startsWith(`${own.DATA_DIR}/`);
  return [
    `${places.environment} is there and was kept.`,
    ...missing.map(([name, value]) => `${name}=${value} was added to it.`),
    ...(odd.length > 0
      ? [`systemd may read ${odd.length === 1 ? "line" : "lines"} ${odd.join(", ")} of it otherwise.`]
      : []),
    ...(isOutside ? [`DATA_DIR is ${dataDir} there, where the service may not write. Take ${own.DATA_DIR}.`] : []),
  ];
}

export interface UninstallOptions {
  readonly system: System;
  /** Whether data and variables go too. */
  readonly purge: boolean;
}

/**
 * Stops the service and removes its unit.
 *
 * @returns lines about what was done.
 * @throws BotError `service.refused`.
 */
export function uninstallService({ system, purge }: UninstallOptions): readonly string[] {
  const unit = system.root + places.unit;
  const said: string[] = [];
  if (existsSync(unit)) {
    must(system.systemctl("disable", "--now", places.name), "The service could not be stopped");
    rmSync(unit);
    must(system.systemctl("daemon-reload"), "systemd could not read its units again");
    said.push(`The service was stopped, and ${places.unit} is removed.`);
  } else if (!purge) {
    throw new BotError("service.refused", `There is no ${places.unit}: the service is not installed.`);
  }
  if (!purge) return [...said, `${places.state} and ${places.environment} are kept; --purge removes them.`];
  for (const path of [places.state, places.statePrivate, dirname(places.environment)]) {
    if (!lstatSync(system.root + path, { throwIfNoEntry: false })) continue;
    rmSync(system.root + path, { recursive: true });
    said.push(`${path} is removed.`);
  }
  return said;
}

/** Writes a file that has its name only when it is whole. */
function write(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode, flag: "wx" });
  renameSync(unfinished, file);
}

function must(outcome: CommandOutcome, what: string): void {
  if (outcome.status !== 0) throw new BotError("service.refused", `${what}: ${lineOf(outcome)}`);
}

function lineOf({ stdout, stderr, status }: CommandOutcome): string {
  return (stderr.trim() || stdout.trim() || `status ${status}`).replace(/\s+/g, " ");
}
