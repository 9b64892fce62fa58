/** A person as Telegram tells of them. */
export interface CommandUser {
  readonly id: number;
  readonly name: string;
  readonly username?: string;
  readonly isOwner: boolean;
}

/** What a command's `run` is given. */
export interface CommandCall {
  readonly user: CommandUser;
  readonly chat: { readonly id: number; readonly isPrivate: boolean };
  /** The text after the command, trimmed. */
  readonly argument: string;
  /** Text of the message that this one replies to. */
  readonly repliedText?: string;
  readonly signal: AbortSignal;
  /** Answers in the same chat and topic with Telegram HTML; long texts are cut at a word. */
  reply(html: string): Promise<void>;
}

/** A bot command of its own, beside those that every source brings. */
export interface Command {
  /** `[a-z][a-z0-9_]{0,31}` (Bot API, BotCommand). */
  readonly name: string;
  /** 1–256 characters (Bot API, BotCommand); shown in the menu and in `/help`. */
  readonly description: string;
  /**
   * Who may use it. `members` are the people whom the access gate lets in. Default `members`.
   */
  readonly audience?: "everyone" | "members" | "owner";
  run(call: CommandCall): Promise<void>;
}
