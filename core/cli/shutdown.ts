/** Listens for SIGTERM and SIGINT. A second one ends the process at once, as the system does it. */
export interface StopRequest {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /**
   * Waits for the signal, or for work that ends by itself.
   *
   * @param done settles when the bot ended on its own; its rejection is passed on.
   */
  or(done: Promise<void>): Promise<void>;
  /** Listens no more. */
  end(): void;
}

/** Begins to listen; do so before anything is begun that has to be finished in good order. */
export function listenForStop(): StopRequest {
  const asked = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  };
  const stop = () => {
    end();
    asked.abort();
    resolve();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return { signal: asked.signal, or: (done) => Promise.race([promise, done]), end };
}
