import { resolve } from "node:path";
import { readEnvironment } from "../config/environment.ts";
import { BotError } from "../domain/errors.ts";
import { ownProgram } from "../platform/own-program.ts";
import type { ConfigArguments } from "./config.ts";
import { installService, uninstallService } from "./service/install.ts";
import { serviceStatus } from "./service/status.ts";
import { barredFrom, refuseOthers, thisSystem } from "./service/system.ts";
import { unitFile } from "./service/unit.ts";
import { oneTerminalLine } from "./terminal.ts";

export interface InstallArguments extends ConfigArguments {
  /** Whether the unit is shown and nothing is changed. */
  readonly print?: boolean;
}

/**
 * Installs the systemd service, or prints its unit.
 *
 * @throws BotError `service.refused`, `config.invalid`.
 */
export function install({ config, print = false }: InstallArguments): void {
  const program = ownProgram(new URL("../main.ts", import.meta.url));
  const command = config === undefined ? program : [...program, "--config", resolve(config)];
  const barred = command
    .flatMap((word, index) => (word.startsWith("/") ? [barredFrom(word, { isRun: index === 0 })] : []))
    .find((reason) => reason !== undefined);
  const move = "Put the program where everybody may run it, such as /usr/local/bin or /opt, and run it from there.";
  if (print) {
    process.stdout.write(unitFile(command));
    if (barred !== undefined)
      process.stderr.write(`The service's user could not run it: ${oneTerminalLine(barred)}. ${move}\n`);
    return;
  }
  refuseOthers("install");
  if (barred !== undefined)
    throw new BotError("service.refused", `The service's user could not run it: ${barred}. ${move}`);
  const remarks: string[] = [];
  const variables = readEnvironment(process.cwd(), {}, (remark) => remarks.push(remark));
  say([...remarks, ...installService({ system: thisSystem(), command, variables })]);
}

/**
 * Removes the systemd service; data and variables stay unless they are to be purged.
 *
 * @throws BotError `service.refused`.
 */
export function uninstall({ purge = false }: { readonly purge?: boolean }): void {
  refuseOthers("remove");
  say(uninstallService({ system: thisSystem(), purge }));
}

/**
 * Says how the service is. The exit status is 0 when it runs.
 *
 * @throws BotError `service.refused`.
 */
export function status(): void {
  const { running, lines } = serviceStatus(thisSystem());
  say(lines);
  if (!running) process.exitCode = 1;
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${oneTerminalLine(line)}\n`).join(""));
}
