import { resolve } from "node:path";
import { createApp } from "../app.ts";
import { startBot } from "../bot.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { lockDataFolder } from "../platform/data-lock.ts";
import { keepHeapSmall } from "../platform/heap.ts";
import { makeFolder } from "../platform/make-folder.ts";
import { notifySupervisor } from "../platform/notify.ts";
import { PRIVATE_FOLDER } from "../platform/private-file.ts";
import { createLog, logFormat } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { endsFile, endsObstacle, findEnders, holdBack } from "./ends.ts";
import { listenForHangUps } from "./hang-ups.ts";
import { endWhenAsked, stopDespiteExits } from "./orderly-stop.ts";
import { reloadPlugins } from "./plugin/reload.ts";
import { listenForStop } from "./shutdown.ts";
import { watchStalls } from "./stall-watch.ts";
import { watchStrays } from "./strays.ts";
import { heldBackIn } from "./switched-off.ts";
import { watchUnaskedEnd } from "./unasked-end.ts";
import { versionInformation } from "./version.ts";

/**
 * Runs the bot until it is asked to stop.
 *
 * @throws BotError `config.invalid`, `data.locked`, `store.*`, `telegram.unauthorized`, `telegram.conflict`.
 */
export async function run({ config: file }: ConfigArguments = {}): Promise<void> {
  // First of all: a plugin that is loaded may take its time, or listen itself.
  const stop = listenForStop();
  const hangUps = listenForHangUps();
  keepHeapSmall();
  const remarks: string[] = [];
  const onProblem = (remark: string) => void remarks.push(remark);
  const environment = readEnvironment(process.cwd(), process.env, onProblem);
  const strays = watchStrays();
  using idle = endWhenAsked(stop.signal, environment);
  const dataDir = resolve(environment.DATA_DIR ?? "./data");
  const notes = endsFile(dataDir);
  using unasked = watchUnaskedEnd(environment, notes);
  watchStalls(environment, "stdout", notes);
  if (environment.BOT_TOKEN !== undefined && environment.OWNER_ID !== undefined) prepareFolder(dataDir);
  const heldBack = heldBackIn(environment, onProblem);
  const chosen = await chooseBotConfig({ environment, config: file, onProblem, heldBack });
  const configuration = loadConfiguration({
    config: chosen,
    environment,
    remarks,
    required: ["BOT_TOKEN", "OWNER_ID"],
  });
  const { settings, secrets } = configuration;
  redactSecrets(secrets);
  const format = logFormat("stdout", settings.LOG_FORMAT);
  const log = createLog({ destination: "stdout", format, level: settings.LOG_LEVEL });
  const main = log.logger("main");
  const { version, runtime } = versionInformation();
  const release = lockDataFolder(settings.DATA_DIR);
  idle[Symbol.dispose]();
  const exits = stopDespiteExits(stop.signal, { plugins: configuration.plugins, log });
  stop.signal.addEventListener("abort", () => unasked[Symbol.dispose](), { once: true });
  const supervisor = notifySupervisor({ environment: process.env, onProblem: (message) => main.warn(message) });
  try {
    for (const note of configuration.notes) main.warn(note);
    const uncounted = endsObstacle(notes);
    if (uncounted !== undefined) main.warn(uncounted);
    const stalled = findEnders(settings.DATA_DIR, configuration.plugins);
    const logged = strays.logIn(log);
    const attribute: typeof logged.attribute = (blame) => {
      logged.attribute(blame);
      unasked.attribute(blame);
    };
    const app = await createApp({
      configuration,
      dataDir: settings.DATA_DIR,
      log,
      version,
      strays: { attribute },
      stalled,
    });
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
        hangUps,
        // Not from the file: to open it once more would take SQLite's own locks away.
        heldBack: async () => {
          const records = await app.quarantine.all();
          return holdBack(dataDir, () => records);
        },
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
    exits[Symbol.dispose]();
  }
}

/** What is learnt of plugins while they are loaded is kept in the folder, so it has to be there before. */
function prepareFolder(dataDir: string): void {
  try {
    makeFolder(dataDir, PRIVATE_FOLDER);
  } catch {
    // Locking it says what is wrong, with everything else that is.
  }
}
