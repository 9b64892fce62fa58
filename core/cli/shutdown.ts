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

/** What a supervisor sends, and Ctrl+C. */
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Begins to listen; do so before anything is begun that has to be finished in good order.
 *
 * @param more further signals that ask for it.
 */
export function listenForStop(...more: readonly NodeJS.Signals[]): StopRequest {
  const signals = [...SIGNALS, ...more];
  const asked = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked.signal.aborted) endAtOnce(signal);
    asked.abort();
    resolve();
  };
  const end = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { signal: asked.signal, or: (done) => Promise.race([promise, done]), end };
}

/** As the system does it where nobody listens; a plugin may. */
function endAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
