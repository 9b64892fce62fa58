import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { createApp } from "../app.ts";
import { startBot } from "../bot.ts";
import type { BotConfig, PluginChoice } from "../config/define.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { listenError } from "../config/problems.ts";
import { BotError } from "../domain/errors.ts";
import { createPlayground } from "../playground/index.ts";
import { openUpstreams } from "../playground/upstreams.ts";
import { createLog, logFormat } from "../telemetry/log.ts";
import { redact, redactSecrets } from "../telemetry/redact.ts";
import { chooseBotConfig } from "./bot-config.ts";
import type { ConfigArguments } from "./config.ts";
import { openPlaygroundFolder } from "./playground-folder.ts";
import { watchExit } from "./plugin/exits.ts";
import { pluginProblems, reloadMessage, samplesFault, samplesProblem } from "./plugin/problems.ts";
import { reloadPlugins } from "./plugin/reload.ts";
import { listenForStop } from "./shutdown.ts";
import { watchStalls } from "./stall-watch.ts";
import { watchStrays } from "./strays.ts";
import { oneTerminalLine } from "./terminal.ts";
import { versionInformation } from "./version.ts";

export interface PlaygroundArguments extends ConfigArguments {
  readonly port?: number;
  readonly host: string;
  /** Folder to keep data in; a temporary one otherwise. */
  readonly data?: string;
  /** Folder of captured pages. */
  readonly replay?: string;
  /** Ask the real sites. */
  readonly live?: boolean;
}

/**
 * Starts the Bot API server with its chat page, and the bot against it.
 *
 * @throws BotError `config.invalid`, `data.locked`, `store.*`.
 */
export async function playground(options: PlaygroundArguments): Promise<void> {
  if (options.replay !== undefined && !isFolder(options.replay)) {
    throw new BotError(
      "config.invalid",
      `The configuration has a problem:\n  --replay holds ${JSON.stringify(options.replay)}; wanted: a folder with captured pages`,
    );
  }
  // It belongs to its terminal, and ends with it.
  const stop = listenForStop("SIGHUP");
  const note = options.live
    ? "Live: every lookup asks the real sites."
    : options.replay
      ? "Replay: answers come from captured pages; posters that were not captured are drawn."
      : "Sample catalogue: a dozen titles that come with the program. Nothing leaves this computer.";
  const processEnvironment = readEnvironment(process.cwd(), process.env);
  // A plugin under work that loops would leave nobody to hear Ctrl+C.
  const early = watchStrays();
  using exits = watchExit();
  stop.signal.addEventListener("abort", () => exits[Symbol.dispose](), { once: true });
  watchStalls(processEnvironment, "stderr");
  const botConfig = await chooseBotConfig({
    environment: processEnvironment,
    config: options.config,
    onProblem: (problem) => void process.stderr.write(`${problem}\n`),
  });
  const desk = await createPlayground({
    host: options.host,
    ...(options.port === undefined ? {} : { port: options.port }),
    note,
  }).catch((error: unknown) => {
    throw listenError(error, { setting: "--host", host: options.host });
  });
  try {
    using folder = openPlaygroundFolder({ data: options.data, places: [tmpdir(), processEnvironment.DATA_DIR] });
    const dataDir = folder.path;
    const replay = options.replay === undefined ? {} : { replay: resolve(options.replay) };
    const samples: Record<string, string> = {};
    const places = new Set<string>();
    /** What is wrong with each plugin's samples. */
    const unsampled = new Map<string, string>();
    /** Shows the page what is wrong by now; only once there is something to show it. */
    let showProblems = (): void => undefined;
    const noteSamples = (id: string, problem: string) => {
      if (unsampled.get(id) === problem) return;
      unsampled.set(id, problem);
      process.stderr.write(`${redact(oneTerminalLine(problem))}\n`);
      showProblems();
    };
    const openSamples = async ({ plugins }: BotConfig) => {
      exits.know(plugins);
      for (const { from } of plugins) if (from !== undefined) places.add(from);
      unsampled.clear();
      if (options.live) return {};
      const usable = plugins.filter(({ problem, definition: { id } }, index) => {
        // Of two with one id the first runs.
        return problem === undefined && plugins.findIndex(({ definition }) => definition.id === id) === index;
      });
      Object.assign(samples, samplesOf(desk.url, usable));
      const sampled = (id: string) => ({ ...usable.find(({ definition }) => definition.id === id), id });
      return await openUpstreams(
        desk,
        usable.map(({ definition }) => definition),
        {
          ...replay,
          onProblem: (id, error) => noteSamples(id, samplesProblem(sampled(id), error)),
          onFault: (fault) => noteSamples(fault.plugin, samplesFault(sampled(fault.plugin), fault)),
        },
      );
    };
    const opening = openSamples(botConfig);
    await stop.or(opening.then(() => undefined)); // samples may take their time
    if (stop.signal.aborted) return;
    const overrides = await opening;
    const {
      BOT_TOKEN: _token,
      OWNER_ID: _owner,
      TELEGRAM_API_ROOT: _root,
      PORT: _port,
      HOST: _host,
      WEBHOOK_URL: _webhook,
      ...rest
    } = processEnvironment;
    const owner = desk.users[0]?.id ?? 0;
    const environment = {
      ...rest,
      BOT_TOKEN: desk.token,
      OWNER_ID: String(owner),
      TELEGRAM_API_ROOT: desk.apiRoot,
      IS_PUBLIC: "true",
      DATA_DIR: dataDir,
    };
    const configuration = loadConfiguration({ config: botConfig, environment, overrides });
    const format = logFormat("stderr", configuration.settings.LOG_FORMAT);
    const log = createLog({
      destination: "stderr",
      format,
      level: rest.LOG_LEVEL ? configuration.settings.LOG_LEVEL : "warn",
    });
    redactSecrets(configuration.secrets);
    const strays = early.logIn(log);
    const { version } = versionInformation();
    const app = await createApp({ configuration, dataDir, log, version, samples, strays });
    // Only now: a plugin may fail at its options, or in setup.
    let others: readonly string[] = [];
    const problemsNow = () =>
      pluginProblems(app.registry.plugins(), { places, others: [...others, ...unsampled.values()] });
    showProblems = () => desk.tellProblems(problemsNow());
    showProblems();
    try {
      const bot = await startBot(app, { host: "127.0.0.1", port: 0, signal: stop.signal });
      process.stdout.write(
        `Playground: ${desk.url}/\n${note}\nThe owner is ${desk.users[0]?.name ?? owner}. Ctrl+C ends it.\n`,
      );
      const tell = (text: string) =>
        fetch(`${desk.apiRoot}/bot${desk.token}/sendMessage`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ chat_id: owner, text }),
        }).catch(() => undefined); // it is in the log too
      const endReload = reloadPlugins({
        app,
        environment,
        config: options.config,
        chosen: botConfig,
        log: log.logger("plugins"),
        watch: true,
        overrides: openSamples,
        onChange: (remaining) => {
          void bot.syncMenu();
          others = remaining;
          showProblems();
          void tell(reloadMessage(problemsNow()));
        },
      });
      try {
        await stop.or(bot.done);
      } finally {
        endReload();
        await bot.dispose();
      }
    } finally {
      await app.dispose();
      await log.flush();
    }
  } finally {
    stop.end();
    await desk.dispose();
  }
}

/** Where the answers of external plugins come from, whichever host they ask; one without samples gets none. */
function samplesOf(url: string, plugins: readonly PluginChoice[]): Readonly<Record<string, string>> {
  const external = plugins.filter(({ from }) => from !== undefined);
  return Object.fromEntries(external.map(({ definition: { id } }) => [id, `${url}/upstream/${id}`]));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
