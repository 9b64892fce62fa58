import type { Logger } from "../plugin/context.ts";
import type { Log } from "../telemetry/log.ts";

/**
 * Keeps the bot running when a promise is rejected that nobody looks at, such as a plugin's, and logs it.
 * An error that nobody catches is logged and ends the process: what was under way stays in the journal.
 *
 * @returns a function that ends the watch.
 */
export function watchStrays(log: Log): () => void {
  const logger: Logger = log.logger("main");
  const onRejection = (error: unknown) => {
    logger.error("A promise was rejected and nobody looked at it. The bot goes on.", { error });
  };
  const onException = (error: unknown) => {
    logger.error("Nobody caught this error. The bot ends; what was under way is done after the next start.", { error });
    void log.flush().then(() => process.exit(1));
  };
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  return () => {
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
  };
}
