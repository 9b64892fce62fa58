#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { errorCode } from "./domain/errors.ts";

/** sysexits.h: EX_CONFIG. A supervisor does not try again. */
const EX_CONFIG = 78;

const fatalForGood = new Set(["config.invalid", "data.locked", "telegram.unauthorized"]);

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError("A port is a whole number, 0–65535.");
  return value;
}

const program = new Command("dramabot")
  .description("Looks up Asian dramas on MyDramaList and films and series on IMDb, in Telegram.")
  .showHelpAfterError("(--help shows what there is)")
  .exitOverride();

program
  .command("run")
  .description("run the bot (needs BOT_TOKEN and OWNER_ID)")
  .action(async () => (await import("./cli/run.ts")).run());

program
  .command("playground")
  .description("try the bot in the browser, with no token and no account")
  .option("--port <port>", "port of the chat page (default: a free one)", port)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--data <folder>", "keep data here (default: a temporary folder)")
  .option("--replay <folder>", "answer from captured pages instead of the sample catalogue")
  .option("--live", "ask the real sites")
  .action(async (options) => (await import("./cli/playground.ts")).playground(options));

program
  .command("lookup")
  .description("look a title up without Telegram")
  .argument("<source>", "a source's command, e.g. mdl or imdb")
  .argument("<query...>", "what to search for, or a link or id")
  .option("--json", "print the record, or the list of hits, as JSON")
  .action(async (source, query, options) =>
    (await import("./cli/lookup.ts")).lookup({ source, query: query.join(" "), ...options }),
  );

program
  .command("config")
  .description("show the configuration in force, secrets masked")
  .action(async () => (await import("./cli/config.ts")).config());

program
  .command("version")
  .description("show the version")
  .option("--json", "print it as JSON")
  .action(async (options) => {
    const information = (await import("./cli/version.ts")).versionInformation();
    process.stdout.write(
      options.json
        ? `${JSON.stringify(information)}\n`
        : `dramabot ${information.version} (${information.runtime}, ${information.target})\n`,
    );
  });

for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    const code = errorCode(error);
    process.stderr.write(
      `${error instanceof Error && code ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = code && fatalForGood.has(code) ? EX_CONFIG : 1;
  }
}
