import { type Command, InvalidArgumentError } from "commander";

function httpUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new InvalidArgumentError("Give the address the bot listens on, such as http://127.0.0.1:8080.");
  return text;
}

/**
 * Adds the commands of an operator: from the first `.env` to a service that runs, and what is kept of it.
 *
 * @param examples makes the part of a help that shows examples.
 */
export function addOperations(program: Command, examples: (...lines: readonly string[]) => string): void {
  const given = () => program.opts<{ config?: string }>();

  program
    .command("init")
    .description("ask for token and owner, and write .env")
    .option("--token-file <file>", "take the token from a file instead of asking")
    .option("--owner <id>", "take the owner's Telegram id instead of asking")
    .option("--no-check", "do not ask Telegram whether it knows the token")
    .option("--force", "replace another token or owner in .env")
    .addHelpText(
      "after",
      `
Other lines of a .env that is there stay as they are. Only you may read it afterwards.
${examples("dramabot init", "dramabot init --token-file token.txt --owner 987654321")}`,
    )
    .action(async (options) => (await import("./init.ts")).init(options));

  program
    .command("doctor")
    .description("check everything the bot needs, and say what to do")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      `
Changes nothing, and may run beside the bot. Ends with status 0 when nothing failed, 1 otherwise.
${examples("dramabot doctor", "dramabot doctor --json | jq '.[] | select(.state != \"ok\")'")}`,
    )
    .action(async (options) => (await import("./doctor.ts")).doctor({ ...options, ...given() }));

  program
    .command("health")
    .description("ask the running bot how it is")
    .option("--url <url>", "where the bot listens (default: HOST and PORT)", httpUrl)
    .option("--json", "print what it answers as JSON")
    .addHelpText(
      "after",
      `
Ends with status 0 when the bot takes updates and what it needs is there, 1 otherwise: for a container's check.
${examples("dramabot health", "dramabot health --url http://127.0.0.1:8080", "dramabot health --json")}`,
    )
    .action(async (options) => (await import("./health.ts")).health(options));

  program
    .command("backup")
    .description("copy the bot's data, also while it runs")
    .argument("[file]", "where to, a file or a folder (default: a new file here)")
    .option("--force", "replace a file that is there")
    .addHelpText(
      "after",
      examples("dramabot backup", "dramabot backup /var/backups/", "dramabot backup --force bot.backup"),
    )
    .action(async (file, options) => (await import("./backup.ts")).backup({ file, ...options }));

  program
    .command("restore")
    .description("put a backup in the place of the bot's data, which is kept beside it")
    .argument("<file>", 'what "backup" wrote')
    .addHelpText(
      "after",
      `
The bot must be stopped.
${examples("dramabot restore dramabot-2026-01-31T12-00-00Z.db", "DATA_DIR=/var/lib/dramabot dramabot restore /var/backups/bot.db")}`,
    )
    .action(async (file) => (await import("./restore.ts")).restore(file));

  addService(program, examples);
}

function addService(program: Command, examples: (...lines: readonly string[]) => string): void {
  const service = program
    .command("service")
    .description("run the bot as a systemd service")
    .addHelpText("after", examples("sudo dramabot service install", "dramabot service install --help"));
  service
    .command("install")
    .description("write the unit and start the bot; it starts with the machine from then on")
    .option("--print", "show the unit and change nothing")
    .addHelpText("after", examples("dramabot service install --print", "sudo dramabot service install"))
    .action(async (options) =>
      (await import("./service.ts")).install({ ...options, ...program.opts<{ config?: string }>() }),
    );
  service
    .command("uninstall")
    .description("stop the bot and remove the unit; data is kept")
    .option("--purge", "remove data and variables too")
    .addHelpText("after", examples("sudo dramabot service uninstall", "sudo dramabot service uninstall --purge"))
    .action(async (options) => (await import("./service.ts")).uninstall(options));
  service
    .command("status")
    .description("say how the service is; status 0 when it runs")
    .addHelpText("after", examples("dramabot service status", "dramabot service status || journalctl -u dramabot"))
    .action(async () => (await import("./service.ts")).status());
}
