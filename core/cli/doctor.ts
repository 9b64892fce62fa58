import { statSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../app.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { type Configuration, loadConfiguration } from "../config/load.ts";
import { errorCode } from "../domain/errors.ts";
import { createLog } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { checkData } from "./doctor/data.ts";
import { type Finding, findingsAsText, presentable, reason } from "./doctor/finding.ts";
import { checkServices } from "./doctor/services.ts";
import { checkTelegram } from "./doctor/telegram.ts";
import { readSwitchedOff } from "./switched-off.ts";
import { versionInformation } from "./version.ts";

export interface DoctorArguments extends ConfigArguments {
  readonly json?: boolean;
}

/**
 * Checks configuration, token, clock, webhook, disk, store, cache, plugins and upstreams, and says one line about
 * each. Nothing is changed, and a running bot is not disturbed. The exit status is 0 when nothing failed.
 */
export async function doctor({ config, json = false }: DoctorArguments): Promise<void> {
  const findings = (await examine(config)).map(presentable);
  process.stdout.write(json ? `${JSON.stringify(findings, undefined, 2)}\n` : findingsAsText(findings));
  if (findings.some(({ state }) => state === "fail")) process.exitCode = 1;
}

async function examine(file: string | undefined): Promise<readonly Finding[]> {
  const remarks: string[] = [];
  let environment: Environment;
  let configuration: Configuration;
  try {
    environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  } catch (error) {
    return unusable(error);
  }
  try {
    const config = await chooseBotConfig({ environment, config: file, onProblem: (remark) => remarks.push(remark) });
    configuration = loadConfiguration({ config, environment, remarks });
  } catch (error) {
    return [...unusable(error), ...filesOpenToAll(), ...checkData(environment.DATA_DIR ?? "./data")];
  }
  const { settings, notes, secrets } = configuration;
  redactSecrets(secrets);
  // Store and cache live in memory here: the bot's own are only looked at.
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const switchedOff = readSwitchedOff(settings.DATA_DIR, (remark) => remarks.push(remark));
  const app = await createApp({ configuration, log, version: versionInformation().version, switchedOff });
  try {
    const [telegram, services] = await Promise.all([
      checkTelegram(settings, (origin) => app.http.pool(origin)),
      checkServices(app),
    ]);
    return [
      ...checkSettings(configuration, notes),
      ...filesOpenToAll(),
      ...telegram,
      ...checkData(settings.DATA_DIR),
      ...services,
    ];
  } finally {
    await app.dispose();
  }
}

/** A line for each problem of a configuration that cannot be used. */
function unusable(error: unknown): Finding[] {
  if (errorCode(error) !== "config.invalid") throw error;
  const [, ...problems] = reason(error).split("\n");
  return problems.map((problem) => ({ check: "configuration", state: "fail", detail: problem.trim() }));
}

function checkSettings({ settings, inForce }: Configuration, notes: readonly string[]): Finding[] {
  const check = "configuration";
  const owner: Finding[] =
    settings.OWNER_ID === undefined
      ? [
          {
            check,
            state: "fail",
            detail: "OWNER_ID is not set",
            advice: 'Ask @userinfobot for your id; "dramabot init" writes it into .env.',
          },
        ]
      : [];
  const remarks = notes.map((detail): Finding => ({ check, state: "warn", detail }));
  const set = inForce.filter(({ from }) => from === "environment").length;
  return [...owner, ...remarks, { check, state: "ok", detail: `${set} variables set; "dramabot config" shows all` }];
}

/** Files of variables hold the token, and are nobody else's business. */
function filesOpenToAll(): Finding[] {
  if (process.platform === "win32") return [];
  return [".env", "config.env"].flatMap((file): Finding[] => {
    const found = statSync(join(process.cwd(), file), { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & 0o077) === 0) return [];
    const detail = `${file} may be read by other users of this machine`;
    return [{ check: "configuration", state: "warn", detail, advice: `chmod 600 ${file}` }];
  });
}
