import { createApp } from "../app.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { type Configuration, loadConfiguration } from "../config/load.ts";
import { createLog } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { checkConfiguration, unusable } from "./doctor/configuration.ts";
import { checkData } from "./doctor/data.ts";
import { type Finding, findingsAsText, presentable } from "./doctor/finding.ts";
import { checkServices } from "./doctor/services.ts";
import { checkTelegram } from "./doctor/telegram.ts";
import { keepStdout } from "./keep-stdout.ts";
import { watchExit } from "./plugin/exits.ts";
import { watchPlugins } from "./plugin/watch.ts";
import { heldBackIn, readSwitchedOff } from "./switched-off.ts";
import { versionInformation } from "./version.ts";

export interface DoctorArguments extends ConfigArguments {
  readonly json?: boolean;
}

/**
 * Checks configuration, token, clock, webhook, disk, store, cache, plugins and upstreams, and says one line about
 * each. Nothing is changed, and a running bot is not disturbed. The exit status is 0 when nothing failed.
 */
export async function doctor({ config, json = false }: DoctorArguments): Promise<void> {
  const print = keepStdout();
  const findings = (await examine(config)).map(presentable);
  print(json ? `${JSON.stringify(findings, undefined, 2)}\n` : findingsAsText(findings));
  if (findings.some(({ state }) => state === "fail")) process.exitCode = 1;
}

async function examine(file: string | undefined): Promise<readonly Finding[]> {
  const strays = watchPlugins();
  using exits = watchExit();
  const remarks: string[] = [];
  let environment: Environment;
  let configuration: Configuration;
  try {
    environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  } catch (error) {
    return unusable(error, remarks);
  }
  try {
    const config = await chooseBotConfig({
      environment,
      config: file,
      onProblem: (remark) => remarks.push(remark),
      heldBack: heldBackIn(environment),
    });
    exits.know(config.plugins);
    configuration = loadConfiguration({ config, environment, remarks });
  } catch (error) {
    return [...unusable(error, remarks), ...checkData(environment.DATA_DIR ?? "./data")];
  }
  const { settings, secrets } = configuration;
  redactSecrets(secrets);
  // Store and cache live in memory here: the bot's own are only looked at.
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const unread: string[] = [];
  const switchedOff = readSwitchedOff(settings.DATA_DIR, (remark) => unread.push(remark));
  const app = await createApp({ configuration, log, version: versionInformation().version, switchedOff, strays });
  try {
    const [telegram, services] = await Promise.all([
      checkTelegram(settings, (origin) => app.http.pool(origin)),
      checkServices(app),
    ]);
    return [
      ...checkConfiguration(configuration),
      ...telegram,
      ...checkData(settings.DATA_DIR),
      ...unread.map((detail): Finding => ({ check: "plugins", state: "warn", detail })),
      ...services,
    ];
  } finally {
    await app.dispose();
  }
}
