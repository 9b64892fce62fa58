import { dirname } from "node:path";
import { BotError } from "../../domain/errors.ts";
import type { CommandOutcome, System } from "./system.ts";
import { places } from "./unit.ts";

const asked = [
  "LoadState",
  "ActiveState",
  "SubState",
  "Result",
  "NRestarts",
  "MainPID",
  "StatusText",
  "ExecMainStatus",
];

/** What to do about a bot that ended with status 78. */
const MEND = `What ended it must be mended first: the log says what, and "cd ${dirname(places.environment)} && sudo dramabot doctor" more.`;

/** How a service is. */
export interface ServiceStatus {
  readonly running: boolean;
  readonly lines: readonly string[];
}

/**
 * Asks systemd how the service is.
 *
 * @throws BotError `service.refused` when systemd cannot be asked, or knows no such service.
 */
export function serviceStatus(system: System): ServiceStatus {
  const { found, status, stdout, stderr } = show(system, asked);
  if (status !== 0 || found.ActiveState === undefined)
    throw new BotError(
      "service.refused",
      `systemd could not be asked: ${(stderr || stdout).trim().replace(/\s+/g, " ")}`,
    );
  if (found.LoadState === "not-found")
    throw new BotError("service.refused", 'The service is not installed. "dramabot service install" does that.');
  const running = found.ActiveState === "active";
  const restarts = Number(found.NRestarts ?? 0);
  return {
    running,
    lines: [
      `${places.name} is ${found.ActiveState} (${found.SubState})${running ? `, process ${found.MainPID}` : `: ${found.Result}`}`,
      ...(found.StatusText ? [found.StatusText] : []),
      ...(restarts > 0 ? [`It ended and was started again ${restarts === 1 ? "once" : `${restarts} times`}.`] : []),
      ...(running ? [] : adviceOf(found)),
    ],
  };
}

/** What an operator does about a service that does not run, in lines. Asks systemd how it ended. */
export function failureAdvice(system: System): readonly string[] {
  return adviceOf(show(system, ["ExecMainStatus"]).found);
}

function adviceOf({ ExecMainStatus }: Properties): string[] {
  return [...(ExecMainStatus === "78" ? [MEND] : []), `See: journalctl -u ${places.name} -n 50`];
}

type Properties = Readonly<Partial<Record<string, string>>>;

function show(system: System, names: readonly string[]): CommandOutcome & { readonly found: Properties } {
  const outcome = system.systemctl("show", places.name, `--property=${names.join(",")}`);
  const found = Object.fromEntries(
    outcome.stdout.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  return { ...outcome, found };
}
