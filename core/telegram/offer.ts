import { mayUse, type Role } from "../domain/access.ts";
import type { Command } from "../plugin/command.ts";
import type { Formatter } from "../plugin/formatter.ts";
import type { Source } from "../plugin/source.ts";

/** What the running plugins brought. It changes while the bot runs, so it is asked every time. */
export interface Extensions {
  sources(): readonly Source[];
  commands(): readonly Command[];
  formatters(): readonly Formatter[];
}

/** A command as the menu and `/help` show it. */
export interface OfferedCommand {
  readonly name: string;
  readonly description: string;
}

const own: readonly OfferedCommand[] = [
  { name: "start", description: "What this bot does" },
  { name: "help", description: "Everything you can do here" },
];

/** Every command that somebody may use, in the order in which they are listed. */
export function offeredCommands(extensions: Extensions, role: Role): readonly OfferedCommand[] {
  const lookups = mayUse("members", role)
    ? extensions.sources().flatMap(({ command, name, description }) => [
        { name: command, description },
        { name: `${command}url`, description: `Show the card of a link to ${name}` },
      ])
    : [];
  const others = extensions.commands().filter(({ audience }) => mayUse(audience ?? "members", role));
  return [...lookups, ...others.map(({ name, description }) => ({ name, description })), ...own];
}
