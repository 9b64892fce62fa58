import botConfig from "../../bot.config.ts";
import { createApp } from "../app.ts";
import { startBot } from "../bot.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { lockDataFolder } from "../config/lock.ts";
import { createLog } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { untilAskedToStop } from "./shutdown.ts";
import { versionInformation } from "./version.ts";

/**
 * Runs the bot until it is asked to stop.
 *
 * @throws BotError `config.invalid`, `data.locked`, `store.*`, `telegram.unauthorized`, `telegram.conflict`.
 */
export async function run(): Promise<void> {
  const configuration = loadConfiguration({
    config: botConfig,
    environment: readEnvironment(process.cwd(), process.env),
    required: ["BOT_TOKEN", "OWNER_ID"],
  });
  const { settings, notes, secrets } = configuration;
  redactSecrets(secrets);
  const terminal = process.stdout.isTTY === true;
  const format = (settings.LOG_FORMAT ?? (terminal ? "text" : "json")) === "json" ? "json" : "pretty";
  const log = createLog({ destination: "stdout", format, level: settings.LOG_LEVEL });
  const main = log.logger("main");
  const { version, runtime } = versionInformation();
  const release = lockDataFolder(settings.DATA_DIR);
  try {
    for (const note of notes) main.warn(note);
    const app = await createApp({ configuration, dataDir: settings.DATA_DIR, log, version });
    try {
      const bot = await startBot(app, { host: settings.HOST, port: settings.PORT });
      main.info(`dramabot ${version} answers as @${bot.username} (${runtime}); health and metrics at ${bot.url}`);
      try {
        await untilAskedToStop(bot.done);
      } finally {
        main.info("Stopping: what is under way is finished first.");
        await bot.dispose();
      }
    } finally {
      await app.dispose();
    }
    main.info("Stopped.");
  } catch (error) {
    main.error("The bot ended.", { error });
    throw error;
  } finally {
    log.flush();
    release();
  }
}
