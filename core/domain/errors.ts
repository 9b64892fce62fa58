/**
 * Every error code of the program, in one place: what it means, and what the operator should do.
 * What a user sees for each code stands in `core/telegram/texts.ts`.
 */
export const errorCodes = {
  "http.timeout": "The upstream did not answer in time. Check its state, or raise HTTP_TIMEOUT.",
  "http.unreachable": "No connection to the upstream could be made. Check DNS, network and the base URL.",
  "http.blocked": "The upstream refuses or challenges this bot. It is left alone; choose another provider.",
  "http.rate_limited":
    "The upstream asks for fewer calls. The bot waits; lower your traffic or host the service yourself.",
  "http.not_found": "The upstream does not know this title.",
  "http.unexpected_answer":
    "The upstream answered something this version cannot read. Look for an update of the plugin.",
  "http.too_large": "The upstream's answer was larger than the plugin allows.",
  "http.host_denied": "A plugin asked for a host it did not declare under permissions.http.",
  "http.private_address": "A plugin asked for a private address. Only a base URL set by the operator may be private.",
  "http.aborted": "The call was given up because nobody waits for it any more.",
  "worker.timeout": "A parsing task took longer than its deadline and was ended.",
  "worker.crashed": "A parsing task ended its worker. The task's input is likely broken.",
  "worker.overloaded": "Too many parsing tasks wait. Lower the traffic or give the machine more cores.",
  "worker.failed": "A parsing task threw an error.",
  "lookup.timeout": "A source did not answer within the lookup's deadline.",
  "lookup.no_such_source": "No running plugin brings this source.",
  "lookup.wrong_link": "A link leads to no title of the source that was asked.",
  "plugin.invalid": "A plugin's definition is not valid.",
  "plugin.options": "A plugin's options are not valid.",
  "plugin.conflict": "Two plugins claim the same name.",
  "plugin.failed": "A plugin threw an error.",
  "plugin.timeout": "A plugin did not finish in time.",
  "plugin.disposed": "A plugin used its context after it was stopped.",
  "plugin.quarantined":
    'A plugin was switched off after repeated failures. Mend or update it; "dramabot plugin enable" starts it again.',
  "config.invalid": "The configuration is not valid; the message lists every problem.",
  "data.locked": "Another process runs with this DATA_DIR.",
  "store.locked": "Another program holds the database file.",
  "store.corrupt": "The database file is damaged. Restore a backup; the file was left untouched.",
  "store.newer": "The database was written by a newer version. Use that version; the file was left untouched.",
  "store.failed": "The store could not carry out an operation.",
  "backup.exists": "A file is there already. Choose another name, or replace it with --force.",
  "backup.failed": "A backup could not be written, or not put in place; the message says why. Nothing was changed.",
  "backup.invalid": "The file is no backup of this bot's data, or it is damaged. Nothing was changed.",
  "init.refused": "The configuration could not be written; the message says what is missing.",
  "service.refused": "The systemd service could not be installed, removed or asked; the message says why.",
  "telegram.unauthorized": "Telegram refuses the token. Check BOT_TOKEN.",
  "telegram.conflict": "Another program polls with the same token. Stop it, or use another bot.",
  "telegram.webhook_refused":
    "Telegram does not take WEBHOOK_URL; the message says why. It wants https and port 443, 80, 88 or 8443.",
  "telegram.rate_limited":
    "Telegram wants a pause before the bot says more in a chat. Messages wait in the journal and are answered after it.",
  "telegram.malformed_update":
    "An update lacks a field that every update has, or has one of a wrong type. It was set aside; Telegram sends none like it.",
  "telegram.unreachable": "Telegram could not be reached. Check the network, and TELEGRAM_API_ROOT where it is set.",
} as const;

/** A stable error code, e.g. `http.timeout`. */
export type ErrorCode = keyof typeof errorCodes;

/** What an error carries beside its message. */
export interface BotErrorDetails {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Id of the plugin it happened in. */
  readonly plugin?: string;
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfter?: number;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number;
}

/**
 * An exceptional outcome with a stable {@link ErrorCode}. "Not found" is data and no error, but for
 * `http.not_found`, which tells the caller of `ctx.http` so.
 */
export class BotError extends Error {
  readonly code: ErrorCode;
  readonly plugin: string | undefined;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;

  constructor(code: ErrorCode, message: string, details: BotErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "BotError";
    this.code = code;
    this.plugin = details.plugin;
    this.retryAfter = details.retryAfter;
    this.status = details.status;
  }
}

/**
 * The code of an error, looking through its causes.
 *
 * @returns the first {@link ErrorCode} in the cause chain, or `undefined` when there is none.
 */
export function errorCode(error: unknown): ErrorCode | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (at instanceof BotError) return at.code;
  }
  return undefined;
}
