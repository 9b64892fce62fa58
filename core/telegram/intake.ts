/** Takes updates from Telegram, one way or the other. */
export interface Intake {
  /** Begins; resolves when Telegram answered. @throws BotError `telegram.*`. */
  start(): Promise<void>;
  /** Takes nothing more at once and waits for what is under way, at most `deadline` ms; the rest stays in the journal. */
  stop(options: { readonly deadline: number }): Promise<void>;
  /** Settles when intake ends; rejects when it cannot go on. */
  readonly done: Promise<void>;
}

/** What Telegram is asked to send (Bot API, `allowed_updates`). */
export const updateKinds = ["message", "callback_query"] as const;

/** Whether something may stand in the journal; what else is in an update is checked where it is used. */
export function hasUpdateId(value: unknown): value is { readonly update_id: number } {
  if (typeof value !== "object" || value === null || !("update_id" in value)) return false;
  return Number.isSafeInteger(value.update_id);
}
