import type { App } from "./app.ts";
import { posterClient } from "./app.ts";
import { BotError } from "./domain/errors.ts";
import { serve } from "./platform/serve.ts";
import { createServer } from "./server/server.ts";
import { createBot } from "./telegram/bot.ts";
import { createIntake, type UpdatesApi } from "./telegram/intake.ts";
import { createLimit } from "./telegram/limit.ts";
import { createRouter } from "./telegram/router.ts";
import { currentCorrelation, newCorrelationId, withCorrelation } from "./telemetry/correlation.ts";

/** How long updates under way may take when the bot is asked to stop, in ms. */
const STOP_DEADLINE = 20_000;

/** What a chat is told once when its messages came while the bot was away. */
const AWAY = "I was away and missed your earlier messages. Send the last one again and I will look it up.";

/** How long a `file_id` is kept, in ms. Telegram keeps files for good; the cache is bounded. */
const FILE_ID_TTL = 30 * 86_400_000;

export interface BotOptions {
  /** Address of the operator's HTTP server. */
  readonly host: string;
  /** Its port; 0 takes a free one. */
  readonly port: number;
}

/** A running bot. */
export interface RunningBot {
  readonly username: string;
  /** The operator's HTTP server. */
  readonly url: string;
  /** Settles when the bot ends by itself; rejects with what ended it. */
  readonly done: Promise<void>;
  /** Stops intake, finishes what is under way within a deadline, and leaves the rest in the journal. */
  dispose(): Promise<void>;
}

/**
 * Wires Telegram and the operator's HTTP server onto an app, and starts taking updates.
 *
 * @throws BotError `telegram.unauthorized`, `telegram.conflict`, `telegram.unreachable`.
 */
export async function startBot(app: App, { host, port }: BotOptions): Promise<RunningBot> {
  const { settings } = app.configuration;
  const { BOT_TOKEN: token, OWNER_ID: ownerId } = settings;
  if (token === undefined || ownerId === undefined)
    throw new BotError("config.invalid", "BOT_TOKEN and OWNER_ID are needed.");
  const log = app.log.logger("telegram");
  const pool = app.http.pool(new URL(settings.TELEGRAM_API_ROOT).origin);
  const bot = await createBot({ token, apiRoot: settings.TELEGRAM_API_ROOT, pool, onCall: app.metrics.botApi });
  const posters = posterClient(app);
  const fileIds = app.cache.namespace(`file_ids:${bot.botInfo.id}`);

  const router = createRouter({
    bot,
    registry: {
      sources: () => app.registry.items("sources"),
      commands: () => app.registry.items("commands"),
      formatters: () => app.registry.items("formatters"),
    },
    lookup: app.lookup,
    store: app.store,
    access: { ownerId, isPublic: settings.IS_PUBLIC },
    download: async (url, signal) => (await posters.get(url, { signal, maxBytes: 10 * 1024 * 1024 })).bytes,
    fileIds: {
      get: (key) => fileIds.get(key),
      set: (key, fileId) => fileIds.set(key, fileId, { ttl: FILE_ID_TTL }),
    },
    correlation: { currentId: () => currentCorrelation()?.correlationId },
    log,
    onLookup: app.metrics.lookup,
    limit: createLimit({ points: settings.REQUESTS_PER_MINUTE }),
  });
  router.install();

  let ready = false;
  const server = await serve(
    createServer({ report: () => app.health.report(), ready: () => ready, metrics: () => app.metrics.text() }),
    { host, port },
  );
  app.addCheck({ name: "telegram", required: true, check: () => bot.api.getMe() });

  const intake = createIntake({
    // grammY types abort signals by a shim of its own; here they are the platform's.
    api: bot.api as unknown as UpdatesApi,
    journal: app.store.journal,
    maxUpdateAge: settings.MAX_UPDATE_AGE,
    log: app.log.logger("intake"),
    onUpdate: app.metrics.update,
    tellAway: async ({ message }) => {
      if (!message) return;
      const topic = message.is_topic_message && message.message_thread_id;
      await bot.api.sendMessage(message.chat.id, AWAY, topic ? { message_thread_id: topic } : {});
    },
    handle: (update) => {
      const userId = update.message?.from?.id ?? update.callback_query?.from.id;
      const context = { correlationId: newCorrelationId(), ...(userId === undefined ? {} : { userId }) };
      return withCorrelation(context, () => bot.handleUpdate(update));
    },
  });
  try {
    await router.syncMenu();
    await intake.start();
  } catch (error) {
    await intake.stop({ deadline: 0 });
    await server.dispose();
    await pool.dispose();
    throw error;
  }
  ready = true;
  return {
    username: bot.botInfo.username,
    url: server.url,
    done: intake.done,
    async dispose() {
      ready = false;
      await intake.stop({ deadline: STOP_DEADLINE });
      await server.dispose();
      await pool.dispose();
    },
  };
}
