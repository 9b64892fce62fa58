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

/**
 * Whether something may stand in the journal: its ids "start from a certain positive number" (Bot API, Update). What else
 * is in an update is checked where it is used.
 */
export function hasUpdateId(value: unknown): value is { readonly update_id: number } {
  if (typeof value !== "object" || value === null || !("update_id" in value)) return false;
  return Number.isSafeInteger(value.update_id) && Number(value.update_id) > 0;
}

/** Whether something is an update, as far as its form tells: what it brings of the kinds that were asked for is an object. */
export function isUpdate(value: unknown): value is { readonly update_id: number } {
  if (!hasUpdateId(value)) return false;
  return updateKinds.every((kind) => {
    const content: unknown = kind in value ? value[kind as keyof typeof value] : {};
    return typeof content === "object" && content !== null && !Array.isArray(content);
  });
}
