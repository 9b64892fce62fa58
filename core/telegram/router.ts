import type { Message, User } from "grammy/types";
import type { Bot } from "grammy/web";
import { BotError } from "../domain/errors.ts";
import type { Lookup } from "../lookup/lookup.ts";
import type { Logger } from "../plugin/context.ts";
import type { QuarantineRecord } from "../plugin/quarantine.ts";
import type { Enabled } from "../plugin/registry.ts";
import type { Store } from "../store/store.ts";
import { createAddressee } from "./addressed.ts";
import { createDoorman } from "./admission.ts";
import { createAsk } from "./ask.ts";
import { createCaptions } from "./captions.ts";
import { readCommand, type WrittenCommand } from "./commands.ts";
import { createApologies } from "./failure.ts";
import { type AccessConfig, createGate } from "./gate.ts";
import { helpText, welcomeText } from "./help.ts";
import { commandIntent, type Intent, plainIntent } from "./intent.ts";
import { createLimit, type Limit } from "./limit.ts";
import { createLookups, type LookupListener } from "./lookups.ts";
import { createMenu } from "./menu.ts";
import { sendText } from "./messages.ts";
import type { Extensions } from "./offer.ts";
import { replyPlace } from "./place.ts";
import { createPress } from "./press.ts";
import { createQuarantineDesk } from "./quarantine.ts";
import { isPlaceRefused, pauseWanted } from "./refusals.ts";
import { createCommandRunner, fullName } from "./run-command.ts";
import { createCardSender, type FileIds } from "./send-card.ts";
import { texts } from "./texts.ts";

export interface RouterOptions {
  /** Initialised, so that its name is known. */
  readonly bot: Bot;
  /** Asked for every update: plugins come and go. */
  readonly registry: Extensions;
  /** Plugins that were switched off. */
  readonly quarantine: {
    enable(id: string): Promise<Enabled>;
    /** The plugin whose command it was. */
    switchedOff(command: string): string | undefined;
  };
  readonly lookup: Lookup;
  readonly store: Store;
  readonly access: AccessConfig;
  /** Fetches a poster that Telegram would not take by URL. */
  download(url: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Telegram's `file_id` of each poster, for this bot. */
  readonly fileIds: FileIds;
  readonly correlation: { currentId(): string | undefined };
  readonly log: Logger;
  readonly onLookup?: LookupListener;
  /** Default: 10 requests per person and minute, in memory. */
  readonly limit?: Limit;
  /** For one lookup, in ms. Default 30,000. */
  readonly lookupDeadline?: number;
}

/** Turns updates into answers. */
export interface Router {
  /**
   * Puts the handlers on the bot; `bot.handleUpdate` does the rest. It rejects where Telegram wants a long pause
   * before the answer (see `pauseWanted`), and answers all other failures itself.
   */
  install(): void;
  /** Whether a message waits for an answer of the bot's. */
  isForUs(message: Message): boolean;
  /** Sets the command menu anew, after a start or when public mode or the plugins changed. Never rejects. */
  syncMenu(): Promise<void>;
  /** Tells the owner of a plugin that was switched off. @returns whether that worked. Never rejects. */
  tellQuarantined(record: QuarantineRecord): Promise<boolean>;
}

/** Makes the router from what the running plugins brought. */
export function createRouter(options: RouterOptions): Router {
  const { bot, registry, store, access, log } = options;
  const { api } = bot;
  const gate = createGate({ ...access, store, log });
  const doorman = createDoorman(gate, options.limit ?? createLimit());
  const apologies = createApologies(options.correlation.currentId);
  const captions = createCaptions({ formatters: registry.formatters, log });
  const { lookup, onLookup, lookupDeadline: deadline } = options;
  const lookups = createLookups({ lookup, captions, log, onLookup, deadline });
  const sender = createCardSender({ api, download: options.download, fileIds: options.fileIds, log });
  const { sources } = registry;
  const ask = createAsk({ api, lookups, sender, store, apologies });
  const press = createPress({ api, sources, ownerId: access.ownerId, doorman, lookups, sender, store, apologies, log });
  const menu = createMenu({ api, extensions: registry, gate, ownerId: access.ownerId, log });
  const { enable, switchedOff } = options.quarantine;
  const onEnabled = () => void menu.sync();
  const desk = createQuarantineDesk({ api, ownerId: access.ownerId, enable, onEnabled, log });
  const runCommand = createCommandRunner({ api, gate, apologies, log });

  const say = (message: Message, html: string) => sendText(api, replyPlace(message), { html });

  const fulfil = async (message: Message, from: User, intent: Intent) => {
    const admission = await (intent.kind === "hint" ? doorman.admit(from.id) : doorman.charge(from.id));
    if (!admission.admitted) return admission.text === undefined ? undefined : say(message, admission.text);
    if (intent.kind === "hint") return say(message, intent.html);
    if (intent.kind === "search") return ask.search(message, from.id, intent.query, intent.sources);
    const { source, id, orElse } = intent;
    if (!orElse) return ask.card(message, from.id, { source, id });
    const search = () => ask.search(message, from.id, orElse.query, orElse.sources);
    return ask.card(message, from.id, { source, id, orElse: search });
  };

  const start = async (message: Message, from: User) => {
    const name = fullName(from);
    const attempt = async <T>(what: string, run: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await run();
      } catch (error) {
        log.error(`${what} failed; the welcome goes out without.`, { error });
        return undefined;
      }
    };
    const username = from.username === undefined ? {} : { username: from.username };
    await attempt("Noting a user", () =>
      store.users.upsert({ userId: from.id, fullName: name, lastActive: Date.now(), ...username }),
    );
    const role = await gate.role(from.id);
    const owners =
      role === "owner"
        ? { publicMode: await gate.publicMode(), users: await attempt("Counting users", () => store.users.count()) }
        : {};
    await say(message, welcomeText(registry, { name, userId: from.id, role, ...owners }));
    if (role === "owner" && message.chat.type === "private") await menu.syncOwner();
  };

  const isForUs = createAddressee({
    bot: bot.botInfo,
    knows: (name) =>
      name === "start" ||
      name === "help" ||
      sources().some(({ command }) => name === command || name === `${command}url`) ||
      registry.commands().some((command) => command.name === name) ||
      switchedOff(name) !== undefined,
  });

  const dispatch = async (message: Message, from: User, { name, argument }: WrittenCommand) => {
    if (name === "start") return start(message, from);
    if (name === "help") return say(message, helpText(registry, await gate.role(from.id)));
    const all = sources();
    for (const source of all) {
      const linksOnly = name === `${source.command}url`;
      if (!linksOnly && name !== source.command) continue;
      return fulfil(message, from, commandIntent(message, { source, linksOnly, argument }, all));
    }
    const command = registry.commands().find((one) => one.name === name);
    if (command) return runCommand({ command, message, from, argument });
    const plugin = switchedOff(name);
    if (plugin !== undefined) {
      const error = new BotError("plugin.quarantined", `/${name} is of a plugin that is switched off.`, { plugin });
      return say(message, apologies.html(error, `/${name}`));
    }
    return say(message, texts.unknownCommand(name));
  };

  const onMessage = async (message: Message) => {
    const { from, text } = message;
    if (!from || !isForUs(message)) return;
    try {
      const command = typeof text === "string" ? readCommand(text, bot.botInfo.username) : undefined;
      if (command) await dispatch(message, from, command);
      else await fulfil(message, from, plainIntent(message, sources()));
    } catch (error) {
      if (pauseWanted(error) !== undefined) throw error;
      log.error("A message could not be answered.", { error });
      if (isPlaceRefused(error)) return;
      await say(message, apologies.html(error)).catch((again: unknown) => {
        if (pauseWanted(again) !== undefined) throw again;
        log.error("Nor could the apology be sent.", { error: again });
      });
    }
  };

  return {
    install() {
      bot.on("message", (ctx) => onMessage(ctx.message));
      bot.on("callback_query", (ctx) => desk.press(ctx.callbackQuery) ?? press(ctx.callbackQuery));
    },
    isForUs,
    syncMenu: () => menu.sync(),
    tellQuarantined: desk.tell,
  };
}
