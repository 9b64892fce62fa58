import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "../plugin/context.ts";
import { reasonOf } from "../plugin/reason.ts";
import type { Stray, StrayOrigin } from "../plugin/stray.ts";
import { soundly } from "../plugin/thrown.ts";
import type { Log } from "../telemetry/log.ts";
import { redact } from "../telemetry/redact.ts";
import { oneTerminalLine } from "./terminal.ts";
import { endExplained } from "./unasked-end.ts";

/** Finds the plugin that an error belongs to which nobody caught. */
export type StrayBlame = (stray: Stray) => StrayOrigin | undefined;

/** A watch over errors that nobody catches; it lasts until the process ends, for plugins' timers may do so, too. */
export interface StrayWatch {
  /** Asks this from now on whose an error is. Until then they are held, for nobody could tell. */
  attribute(blame: StrayBlame): void;
}

/** A watch that begins before there is a log. */
export interface EarlyStrayWatch {
  /** Where they are logged. */
  logIn(log: Log): StrayWatch;
}

/** Told of one; `origin` is `undefined` when it is no plugin's. */
type OnStray = (stray: Stray, origin: StrayOrigin | undefined) => void;

/** How often a plugin's are logged at most, in ms: a timer that throws may ring a thousand times a second. */
const PAUSE = 1_000;
/** Most that are held; what comes after is told no more than a flood of a plugin's is. */
const MOST_HELD = 100;

/**
 * Keeps the bot running when a plugin's timer or event throws, or when a promise is rejected that nobody looks at, and
 * logs it. Any other error that nobody catches is logged and ends the process: what was under way stays in the journal.
 * It begins before the first plugin is loaded.
 */
export function watchStrays(): EarlyStrayWatch {
  let log: Log | undefined;
  const watch = listen((stray, origin) => {
    if (log !== undefined) logStray(stray, origin, log);
  });
  const pauses = new Map<string, { readonly until: number; unsaid: number }>();

  function logStray({ kind, error }: Stray, origin: StrayOrigin | undefined, to: Log): void {
    const main: Logger = to.logger("main");
    if (origin !== undefined) {
      const { plugin, place } = origin;
      const key = `${kind} ${plugin ?? place}`;
      const pause = pauses.get(key);
      const now = performance.now();
      if (pause !== undefined && now < pause.until) {
        pause.unsaid++;
        return;
      }
      pauses.set(key, { until: now + PAUSE, unsaid: 0 });
      const more = pause?.unsaid ? ` ${pause.unsaid} more came meanwhile.` : "";
      const counts = plugin === undefined ? "" : "; it counts as the plugin's failure";
      const message = `${describe(kind)}. The bot goes on${counts}.${more}`;
      const logger = plugin === undefined ? "plugins" : `plugin.${plugin}`;
      to.logger(logger).error(message, { error, ...(place === undefined ? {} : { place }) });
    } else if (kind === "rejection") {
      main.error("A promise was rejected and nobody looked at it. The bot goes on.", { error });
    } else {
      main.error("Nobody caught this error. The bot ends; what was under way is done after the next start.", { error });
      void to.flush().then(() => endExplained(1));
    }
  }

  return {
    logIn(to) {
      log = to;
      return watch;
    },
  };
}

/**
 * The same for a command that tries plugins and then ends: each is told in one line, and the command goes on, unless
 * the error is no plugin's.
 */
export function tellStrays(tell: (line: string) => void): StrayWatch {
  return listen((stray, origin) => {
    tell(strayLine(stray, origin));
    if (origin === undefined && stray.kind === "error") endExplained(1);
  });
}

/** One line about an error that nobody caught. */
function strayLine({ kind, error }: Stray, origin: StrayOrigin | undefined): string {
  const place = origin && `${origin.place ?? `plugin "${origin.plugin}"`}: `;
  const reason = reasonOf(error).replace(/[.\s]+$/, "");
  // That of a host that was not declared names the place by itself.
  const rest = place !== undefined && reason.startsWith(place) ? reason.slice(place.length) : reason;
  return redact(`${place ?? ""}${describe(kind)}: ${rest}. Catch it there.`);
}

const describe = (kind: Stray["kind"]) =>
  kind === "error" ? "A timer or event threw, and nobody caught it" : "A promise was rejected, and nobody looked at it";

function listen(onStray: OnStray): StrayWatch {
  let blame: StrayBlame | undefined;
  /** Each in the context it came in, which tells whose it is. */
  const held: { readonly stray: Stray; readonly within: ReturnType<typeof AsyncLocalStorage.snapshot> }[] = [];
  const receive = (kind: Stray["kind"]) => (thrown: unknown) => {
    const stray: Stray = { kind, error: soundly(thrown) };
    if (blame !== undefined) onStray(stray, blame(stray));
    else if (held.length < MOST_HELD) held.push({ stray, within: AsyncLocalStorage.snapshot() });
  };
  process.on("unhandledRejection", receive("rejection"));
  process.on("uncaughtException", receive("error"));
  // A start that fails before anybody can tell whose they are.
  process.once("exit", () => {
    for (const { stray } of held) process.stderr.write(`${oneTerminalLine(strayLine(stray, undefined))}\n`);
  });
  return {
    attribute(next) {
      blame = next;
      for (const { stray, within } of held.splice(0)) within(() => onStray(stray, next(stray)));
    },
  };
}
