import type { App } from "./app.ts";
import { posterClient } from "./app.ts";
import { listenError } from "./config/problems.ts";
import { BotError } from "./domain/errors.ts";
import { chooseIntake } from "./intake.ts";
import { serve } from "./platform/serve.ts";
import type { Logger } from "./plugin/context.ts";
import type { QuarantineRecord } from "./plugin/quarantine.ts";
import { createServer } from "./server/server.ts";
import { createBot } from "./telegram/bot.ts";
import { createHandling } from "./telegram/handling.ts";
import { createLimit } from "./telegram/limit.ts";
import { createRouter, type Router } from "./telegram/router.ts";
import { texts } from "./telegram/texts.ts";
import { currentCorrelation, newCorrelationId, withCorrelation } from "./telemetry/correlation.ts";

/** How long updates under way may take when the bot is asked to stop, in ms. */
const STOP_DEADLINE = 20_000;

/** How long a `file_id` is kept, in ms. Telegram keeps files for good; the cache is bounded. */
const FILE_ID_TTL = 30 * 86_400_000;

/** How long what is over is kept, in ms: done updates for as long as Telegram may send them again, the rest for people. */
const DAY = 86_400_000;
const KEPT = { done: 2 * DAY, setAside: 30 * DAY, keyboards: 30 * DAY } as const;
const UPKEEP_EVERY = 3_600_000;

export interface BotOptions {
  /** Address of the operator's HTTP server. */
  readonly host: string;
  /** Its port; 0 takes a free one. */
  readonly port: number;
  /** Aborts when the bot is asked to stop while it starts: intake ends then, and starting comes to its end. */
  readonly signal: AbortSignal;
}

/** A running bot. */
export interface RunningBot {
  readonly username: string;
  /** The operator's HTTP server. */
  readonly url: string;
  /** Settles when the bot ends by itself; rejects with what ended it. */
  readonly done: Promise<void>;
  /** Sets the command menu anew, when plugins have changed. Never rejects. */
  syncMenu(): Promise<void>;
  /** Stops intake, finishes what is under way within a deadline, and leaves the rest in the journal. */
  dispose(): Promise<void>;
}

/**
 * Wires Telegram and the operator's HTTP server onto an app, and starts taking updates.
 *
 * @throws BotError `telegram.unauthorized`, `telegram.conflict`, `telegram.unreachable`,
 *   `telegram.webhook_refused`.
 */
export async function startBot(app: App, { host, port, signal }: BotOptions): Promise<RunningBot> {
  const { settings } = app.configuration;
  const { BOT_TOKEN: token, OWNER_ID: ownerId } = settings;
  if (token === undefined || ownerId === undefined)
    throw new BotError("config.invalid", "BOT_TOKEN and OWNER_ID are needed.");
  const log = app.log.logger("telegram");
  const pool = app.http.pool(new URL(settings.TELEGRAM_API_ROOT).origin);
  const bot = await createBot({ token, apiRoot: settings.TELEGRAM_API_ROOT, pool, onCall: app.metrics.botApi, signal });
  const posters = posterClient(app);
  const fileIds = app.cache.namespace(`file_ids:${bot.botInfo.id}`);

  const router = createRouter({
    bot,
    registry: {
      sources: () => app.registry.items("sources"),
      commands: () => app.registry.items("commands"),
      formatters: () => app.registry.items("formatters"),
    },
    quarantine: { enable: app.registry.enable, switchedOff: app.registry.switchedOff },
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
  const announce = announceQuarantine(app, router, log);

  const upkeep = async () => {
    try {
      const now = Date.now();
      app.store.journal.prune({ done: now - KEPT.done, setAside: now - KEPT.setAside });
      await app.store.keyboards.prune(now - KEPT.keyboards);
    } catch (error) {
      log.warn("Old entries could not be removed from the store; tried again in an hour.", { error });
    }
  };
  const upkeepTimer = setInterval(upkeep, UPKEEP_EVERY).unref();

  const handling = createHandling({
    journal: app.store.journal,
    maxUpdateAge: settings.MAX_UPDATE_AGE,
    log: app.log.logger("intake"),
    onUpdate: app.metrics.update,
    newCorrelationId,
    isForUs: ({ message }) => message !== undefined && router.isForUs(message),
    tellAway: async ({ message }) => {
      if (!message) return;
      const topic = message.is_topic_message && message.message_thread_id;
      await bot.api.sendMessage(message.chat.id, texts.away, topic ? { message_thread_id: topic } : {});
    },
    handle: (update) => {
      const userId = update.message?.from?.id ?? update.callback_query?.from.id;
      const context = { correlationId: newCorrelationId(), ...(userId === undefined ? {} : { userId }) };
      return withCorrelation(context, () => bot.handleUpdate(update));
    },
  });
  // grammY types abort signals by a shim of its own; here they are the platform's.
  const api = bot.api as unknown as Parameters<typeof chooseIntake>[1]["api"];
  const { intake, webhook } = await chooseIntake(app, { api, botId: bot.botInfo.id, handling });

  let ready = false;
  const server = await serve(
    createServer({
      report: () => app.health.report(),
      required: () => app.health.required(),
      ready: () => ready,
      metrics: () => app.metrics.text(),
      ...(webhook ? { webhook } : {}),
      onProblem: (path, error) => app.log.logger("server").error(`${path} could not be answered.`, { error }),
    }),
    { host, port },
  ).catch((error: unknown) => {
    throw listenError(error, { setting: "HOST", host });
  });
  app.addCheck({ name: "telegram", required: true, check: () => bot.api.getMe() });

  const stopIntake = () => void intake.stop({ deadline: STOP_DEADLINE });
  signal.addEventListener("abort", stopIntake, { once: true });
  try {
    await upkeep();
    // It may take as long as it likes: what people ask for is answered meanwhile.
    void router.syncMenu();
    void announce();
    if (!signal.aborted) await intake.start();
  } catch (error) {
    clearInterval(upkeepTimer);
    signal.removeEventListener("abort", stopIntake);
    await intake.stop({ deadline: 0 });
    await server.dispose();
    await pool.dispose();
    throw error;
  }
  signal.removeEventListener("abort", stopIntake);
  ready = !signal.aborted;
  return {
    username: bot.botInfo.username,
    url: server.url,
    done: intake.done,
    syncMenu: () => router.syncMenu(),
    async dispose() {
      ready = false;
      clearInterval(upkeepTimer);
      await intake.stop({ deadline: STOP_DEADLINE });
      await server.dispose();
      await pool.dispose();
    },
  };
}

/**
 * Tells the owner of each plugin that is switched off, once: whom Telegram could not reach is told after the next start.
 *
 * @returns what tells of those that an earlier life left untold.
 */
function announceQuarantine(app: App, router: Router, log: Logger): () => Promise<void> {
  const begun = new Set<string>();
  const tell = async (record: QuarantineRecord) => {
    const which = `${record.id} ${record.since}`;
    if (begun.has(which)) return;
    begun.add(which);
    try {
      if (await router.tellQuarantined(record)) await app.quarantine.told(record.id);
    } catch (error) {
      log.error("That the owner was told of a plugin could not be kept; a restart tells it again.", { error });
    }
  };
  app.onQuarantine((record) => {
    void router.syncMenu();
    void tell(record);
  });
  return async () => {
    try {
      const off = app.registry.plugins().filter(({ state }) => state === "quarantined");
      for (const record of await app.quarantine.all())
        if (!record.told && off.some(({ id }) => id === record.id)) await tell(record);
    } catch (error) {
      log.error("Which plugins are switched off could not be read.", { error });
    }
  };
}
