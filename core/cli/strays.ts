import type { Logger } from "../plugin/context.ts";
import { reasonOf } from "../plugin/reason.ts";
import type { Stray, StrayOrigin } from "../plugin/stray.ts";
import type { Log } from "../telemetry/log.ts";
import { redact } from "../telemetry/redact.ts";

/** Finds the plugin that an error belongs to which nobody caught. */
export type StrayBlame = (stray: Stray) => StrayOrigin | undefined;

/** A watch over errors that nobody catches; it lasts until the process ends, for plugins' timers may do so, too. */
export interface StrayWatch {
  /** Asks this from now on whose an error is. */
  attribute(blame: StrayBlame): void;
}

/** Told of one; `origin` is `undefined` when it is no plugin's. */
type OnStray = (stray: Stray, origin: StrayOrigin | undefined) => void;

/** How often a plugin's are logged at most, in ms: a timer that throws may ring a thousand times a second. */
const PAUSE = 1_000;

/**
 * Keeps the bot running when a plugin's timer or event throws, or when a promise is rejected that nobody looks at, and
 * logs it. Any other error that nobody catches is logged and ends the process: what was under way stays in the journal.
 */
export function watchStrays(log: Log): StrayWatch {
  const main: Logger = log.logger("main");
  const pauses = new Map<string, { readonly until: number; unsaid: number }>();
  return listen(({ kind, error }, origin) => {
    if (origin !== undefined) {
      const { plugin, place } = origin;
      const key = `${kind} ${plugin}`;
      const pause = pauses.get(key);
      const now = performance.now();
      if (pause !== undefined && now < pause.until) {
        pause.unsaid++;
        return;
      }
      pauses.set(key, { until: now + PAUSE, unsaid: 0 });
      const more = pause?.unsaid ? ` ${pause.unsaid} more came meanwhile.` : "";
      const message = `${describe(kind)}. The bot goes on; it counts as the plugin's failure.${more}`;
      log.logger(`plugin.${plugin}`).error(message, { error, ...(place === undefined ? {} : { place }) });
    } else if (kind === "rejection") {
      main.error("A promise was rejected and nobody looked at it. The bot goes on.", { error });
    } else {
      main.error("Nobody caught this error. The bot ends; what was under way is done after the next start.", { error });
      void log.flush().then(() => process.exit(1));
    }
  });
}

/**
 * The same for a command that tries plugins and then ends: each is told in one line, and the command goes on, unless
 * the error is no plugin's.
 */
export function tellStrays(tell: (line: string) => void): StrayWatch {
  return listen(({ kind, error }, origin) => {
    const place = origin && `${origin.place ?? `plugin "${origin.plugin}"`}: `;
    const reason = reasonOf(error).replace(/[.\s]+$/, "");
    // That of a host that was not declared names the place by itself.
    const rest = place !== undefined && reason.startsWith(place) ? reason.slice(place.length) : reason;
    tell(redact(`${place ?? ""}${describe(kind)}: ${rest}. Catch it there.`));
    if (origin === undefined && kind === "error") process.exit(1);
  });
}

const describe = (kind: Stray["kind"]) =>
  kind === "error" ? "A timer or event threw, and nobody caught it" : "A promise was rejected, and nobody looked at it";

function listen(onStray: OnStray): StrayWatch {
  let blame: StrayBlame = () => undefined;
  const receive = (kind: Stray["kind"]) => (error: unknown) => onStray({ kind, error }, blame({ kind, error }));
  process.on("unhandledRejection", receive("rejection"));
  process.on("uncaughtException", receive("error"));
  return {
    attribute(next) {
      blame = next;
    },
  };
}
