import { accessSync, constants, existsSync } from "node:fs";
import { createApp } from "../app.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { newCorrelationId, withCorrelation } from "../telemetry/correlation.ts";
import { createLog, logFormat } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { answerLookup, type LookupArguments } from "./answer.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { keepStdout } from "./keep-stdout.ts";
import { watchExit } from "./plugin/exits.ts";
import { watchPlugins } from "./plugin/watch.ts";
import { heldBackIn } from "./switched-off.ts";
import { versionInformation } from "./version.ts";

/**
 * Looks a title up without Telegram and prints the result, and nothing else, on stdout. Works beside a running bot
 * and shares its cache.
 *
 * @throws BotError `config.invalid`, `store.*`, `lookup.*` and whatever the source throws.
 */
export async function lookup({ config: file, ...question }: LookupArguments & ConfigArguments): Promise<void> {
  const print = keepStdout();
  const strays = watchPlugins();
  using exits = watchExit();
  const remarks: string[] = [];
  const environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  const config = await chooseBotConfig({
    environment,
    config: file,
    onProblem: (remark) => remarks.push(remark),
    heldBack: heldBackIn(environment),
  });
  exits.know(config.plugins);
  const configuration = loadConfiguration({ config, environment, remarks });
  const { settings, secrets } = configuration;
  redactSecrets(secrets);
  const log = createLog({
    destination: "stderr",
    format: logFormat("stderr", settings.LOG_FORMAT),
    level: environment.LOG_LEVEL ? settings.LOG_LEVEL : "error",
  });
  const dataDir = existsSync(settings.DATA_DIR) ? settings.DATA_DIR : undefined;
  const usable = dataDir !== undefined && isWritable(dataDir);
  if (dataDir !== undefined && !usable) remarks.push(`${dataDir} may not be written to, so its cache is not used.`);
  tell(remarks);
  const version = versionInformation().version;
  const app = await createApp({ configuration, log, version, strays, ...(usable ? { dataDir } : {}) });
  try {
    const correlation = { correlationId: newCorrelationId() };
    const outcome = await withCorrelation(correlation, () => answerLookup(app, question));
    tell(outcome.remarks);
    if (outcome.output === undefined) process.exitCode = 1;
    else print(`${outcome.output}\n`);
  } finally {
    await app.dispose();
    await log.flush();
  }
}

function tell(remarks: readonly string[]): void {
  for (const remark of remarks) process.stderr.write(`${remark}\n`);
}

/** A folder that another user owns still lets one look titles up, without its cache. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
