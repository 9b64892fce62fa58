import { resolve } from "node:path";
import { createApp } from "../app.ts";
import { startBot } from "../bot.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { lockDataFolder } from "../platform/data-lock.ts";
import { keepHeapSmall } from "../platform/heap.ts";
import { notifySupervisor } from "../platform/notify.ts";
import { createLog, logFormat } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { reloadPlugins } from "./plugin/reload.ts";
import { listenForStop } from "./shutdown.ts";
import { watchStalls } from "./stall-watch.ts";
import { findStalled, stallsFile } from "./stalls.ts";
import { watchStrays } from "./strays.ts";
import { versionInformation } from "./version.ts";

/**
 * Runs the bot until it is asked to stop.
 *
 * @throws BotError `config.invalid`, `data.locked`, `store.*`, `telegram.unauthorized`, `telegram.conflict`.
 */
export async function run({ config: file }: ConfigArguments = {}): Promise<void> {
  keepHeapSmall();
  const remarks: string[] = [];
  const onProblem = (remark: string) => void remarks.push(remark);
  const environment = readEnvironment(process.cwd(), process.env, onProblem);
  watchStalls(environment, "stdout", stallsFile(resolve(environment.DATA_DIR ?? "./data")));
  const chosen = await chooseBotConfig({ environment, config: file, onProblem });
  const configuration = loadConfiguration({
    config: chosen,
    environment,
    remarks,
    required: ["BOT_TOKEN", "OWNER_ID"],
  });
  const { settings, notes, secrets } = configuration;
  redactSecrets(secrets);
  const format = logFormat("stdout", settings.LOG_FORMAT);
  const log = createLog({ destination: "stdout", format, level: settings.LOG_LEVEL });
  const main = log.logger("main");
  const { version, runtime } = versionInformation();
  const release = lockDataFolder(settings.DATA_DIR);
  const stop = listenForStop();
  const strays = watchStrays(log);
  const supervisor = notifySupervisor({ environment: process.env, onProblem: (message) => main.warn(message) });
  try {
    for (const note of notes) main.warn(note);
    const stalled = findStalled(settings.DATA_DIR, configuration.plugins);
    const app = await createApp({ configuration, dataDir: settings.DATA_DIR, log, version, strays, stalled });
    try {
      // Listened for before anybody can know that the bot is there: unheard, SIGHUP would end it.
      const menu: { sync?: () => void } = {};
      const endReload = reloadPlugins({
        app,
        environment,
        config: file,
        chosen,
        log: log.logger("plugins"),
        watch: settings.PLUGINS_WATCH,
        onHangUp: true,
        onChange: () => menu.sync?.(),
      });
      try {
        const bot = await startBot(app, { host: settings.HOST, port: settings.PORT, signal: stop.signal });
        menu.sync = () => void bot.syncMenu();
        main.info(`dramabot ${version} answers as @${bot.username} (${runtime}); health and metrics at ${bot.url}`);
        supervisor.ready(`dramabot ${version} answers as @${bot.username}`);
        try {
          await stop.or(bot.done);
        } finally {
          endReload();
          supervisor.stopping();
          main.info("Stopping: what is under way is finished first.");
          await bot.dispose();
        }
      } finally {
        endReload();
      }
    } finally {
      await app.dispose();
    }
    main.info("Stopped.");
  } catch (error) {
    if (stop.signal.aborted) main.warn("It ended while it was asked to stop.", { error });
    else {
      main.error("The bot ended.", { error });
      throw error;
    }
  } finally {
    supervisor.dispose();
    stop.end();
    await log.flush();
    release();
  }
}
