/**
 * Waits for SIGTERM or SIGINT, or for work that ends by itself.
 *
 * @param done settles when the bot ended on its own; its rejection is passed on.
 */
export async function untilAskedToStop(done: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  try {
    await Promise.race([promise, done]);
  } finally {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
}
