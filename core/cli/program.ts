import { Command, InvalidArgumentError, Option } from "commander";
import { hasText } from "../domain/card.ts";
import { escapeHtml } from "../domain/html.ts";
import { nearest } from "../domain/nearest.ts";
import { addOperations } from "./operations.ts";
import { addPluginCommands } from "./plugin/commands.ts";
import { fullVersionInformation, thirdPartyNotices, versionInformation, versionLine } from "./version.ts";

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError("A port is a whole number, 0–65535.");
  return value;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

const NOT_MADE =
  "from source there is no such list; each package in node_modules carries its licence, and npm run build writes them all to dist/*.licenses.txt";

/** Makes the command line. Commands load what they need when they are run. */
export function createProgram(): Command {
  const program = new Command("dramabot")
    .description("A Telegram bot that looks up dramas, films and series, and posts each as a card.")
    .version(versionLine(versionInformation()), "-v, --version", "show the version")
    .addHelpText(
      "after",
      examples(
        "dramabot playground                    try the bot in the browser, with no token",
        "dramabot lookup <source> sweet home    look a title up, without Telegram",
        "dramabot plugin list                   which plugins run, and the sources they bring",
        "dramabot run                           run the bot; BOT_TOKEN and OWNER_ID stand in .env",
        "dramabot lookup --help                 what a command takes",
      ),
    )
    .helpCommand("help [command]", "show what a command does");

  program.option("--config <file>", "use this file instead of the built-in bot.config.ts");
  const given = () => program.opts<{ config?: string }>();

  program
    .command("run")
    .description("run the bot (needs BOT_TOKEN and OWNER_ID)")
    .addHelpText(
      "after",
      `
Variables come from the environment, .env and config.env; "dramabot config" shows all of them.
Ends with status 0 when it was asked to stop, 78 when something must be mended first, such as the configuration, 1 otherwise.
${examples("dramabot run", "BOT_TOKEN=123456789:AAE… OWNER_ID=987654321 dramabot run", "IS_PUBLIC=true DATA_DIR=/var/lib/dramabot dramabot run")}`,
    )
    .action(async () => (await import("./run.ts")).run(given()));

  program
    .command("playground")
    .description("try the bot in the browser, with no token and no account")
    .option("--port <port>", "port of the chat page (default: a free one)", port)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--data <folder>", "keep data here (default: a temporary folder)")
    .option("--replay <folder>", "answer from captured pages instead of the sample catalogue")
    .addOption(new Option("--live", "ask the real sites").conflicts("replay"))
    .addHelpText(
      "after",
      examples("dramabot playground", "dramabot playground --live", "dramabot playground --port 8000 --data ./play"),
    )
    .action(async (options) => (await import("./playground.ts")).playground({ ...options, ...given() }));

  program
    .command("lookup")
    .description("look a title up without Telegram")
    .argument("<source>", 'a source\'s command; "dramabot plugin list" shows them')
    .argument("<query...>", "what to search for, or a link or id")
    .option("--json", "print the record of a link or id, or the list of hits of a query, as JSON")
    .addHelpText(
      "after",
      `
Only the result goes to stdout. Ends with status 1 when nothing was found; with --json a query that finds nothing
prints [] and ends with 0.
${examples(
  "dramabot lookup <source> sweet home",
  "dramabot lookup <source> <link or id> --json",
  'dramabot lookup <source> --json "the matrix" | jq ".[0].id"',
)}`,
    )
    .action(async (source, words, options, command) => {
      const query = words.join(" ");
      if (!hasText(escapeHtml(query)))
        command.error("error: there is nothing to look up; give a title, a link or an id, such as: sweet home");
      await (await import("./lookup.ts")).lookup({ source, query, ...options, ...given() });
    });

  program
    .command("config")
    .description("show the configuration in force, secrets masked")
    .addHelpText("after", examples("dramabot config", "LOG_FORMAT=text dramabot config | grep LOG_"))
    .action(async () => (await import("./config.ts")).config(given()));

  program
    .command("version")
    .description("show the version")
    .option("--json", "print it as JSON, with the plugins inside")
    .addOption(new Option("--licenses", "print the licences of everything inside the executable").conflicts("json"))
    .addHelpText("after", examples("dramabot version", "dramabot version --json", "dramabot version --licenses | less"))
    .action(async (options, command) => {
      if (options.licenses) {
        const notices = thirdPartyNotices();
        if (notices === undefined) command.error(`error: ${NOT_MADE}`);
        else process.stdout.write(notices);
      } else if (options.json) {
        const information = await fullVersionInformation((problem) => void process.stderr.write(`${problem}\n`));
        process.stdout.write(`${JSON.stringify(information)}\n`);
      } else process.stdout.write(`${versionLine(versionInformation())}\n`);
    });

  addOperations(program, examples);
  addPluginCommands(program, examples);

  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command
      .exitOverride()
      .helpOption("-h, --help", "show this help")
      .showHelpAfterError(`(${command === program ? "" : `${command.name()} `}--help shows what there is)`)
      .configureOutput({ outputError: (text, write) => write(withHint(text, command, program)) });
  }
  return program;
}

/** commander names the nearest option of the command at hand; this one looks at the other commands too. */
function withHint(text: string, at: Command, program: Command): string {
  const wrong = /unknown option '--([^'=]+)/.exec(text)?.[1];
  if (wrong === undefined || text.includes("Did you mean")) return text;
  // Without the dashes, which would count as letters that are right.
  const flags = program.commands.flatMap((command) =>
    command.options.map(({ long }) => ({ flag: long?.slice(2) ?? "", command: command.name() })),
  );
  const near = nearest(
    wrong,
    flags.map(({ flag }) => flag),
  );
  const owners = flags.filter(({ flag }) => flag === near).map(({ command }) => command);
  if (near !== undefined) return `${text}(Did you mean ${owners.map((name) => `${name} --${near}`).join(" or ")}?)\n`;
  const own = at.options.flatMap(({ long }) => long ?? []);
  return own.length === 0 ? text : `${text}(${at.name()} takes ${own.join(", ")})\n`;
}
