import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import botConfig from "../../bot.config.ts";
import { createApp } from "../app.ts";
import { startBot } from "../bot.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { BotError } from "../domain/errors.ts";
import { lockDataFolder } from "../platform/data-lock.ts";
import { createPlayground } from "../playground/index.ts";
import { openUpstreams } from "../playground/upstreams.ts";
import { createLog } from "../telemetry/log.ts";
import { redactSecrets } from "../telemetry/redact.ts";
import { listenForStop } from "./shutdown.ts";
import { watchStrays } from "./strays.ts";
import { versionInformation } from "./version.ts";

export interface PlaygroundArguments {
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
  const stop = listenForStop();
  const note = options.live
    ? "Live: every lookup asks the real sites."
    : options.replay
      ? "Replay: answers come from captured pages; posters that were not captured are drawn."
      : "Sample catalogue: a dozen titles that come with the program. Nothing leaves this computer.";
  const desk = await createPlayground({
    host: options.host,
    ...(options.port === undefined ? {} : { port: options.port }),
    note,
  });
  const temporary = options.data === undefined;
  const dataDir = options.data ?? mkdtempSync(join(tmpdir(), "dramabot-playground-"));
  // A kept folder may be a running bot's.
  let release: (() => void) | undefined;
  try {
    release = temporary ? undefined : lockDataFolder(dataDir);
    const definitions = botConfig.plugins.map(({ definition }) => definition);
    const replay = options.replay === undefined ? {} : { replay: resolve(options.replay) };
    const overrides = options.live ? {} : await openUpstreams(desk, definitions, replay);
    const {
      BOT_TOKEN: _token,
      OWNER_ID: _owner,
      TELEGRAM_API_ROOT: _root,
      PORT: _port,
      HOST: _host,
      ...rest
    } = readEnvironment(process.cwd(), process.env);
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
    const format = configuration.settings.LOG_FORMAT === "json" || !process.stderr.isTTY ? "json" : "pretty";
    const log = createLog({
      destination: "stderr",
      format,
      level: rest.LOG_LEVEL ? configuration.settings.LOG_LEVEL : "warn",
    });
    redactSecrets(configuration.secrets);
    const unwatch = watchStrays(log);
    const app = await createApp({ configuration, dataDir, log, version: versionInformation().version });
    try {
      const bot = await startBot(app, { host: "127.0.0.1", port: 0, signal: stop.signal });
      process.stdout.write(
        `Playground: ${desk.url}/\n${note}\nThe owner is ${desk.users[0]?.name ?? owner}. Ctrl+C ends it.\n`,
      );
      try {
        await stop.or(bot.done);
      } finally {
        await bot.dispose();
      }
    } finally {
      await app.dispose();
      unwatch();
      log.flush();
    }
  } finally {
    stop.end();
    await desk.dispose();
    release?.();
    if (temporary) rmSync(dataDir, { recursive: true, force: true });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
