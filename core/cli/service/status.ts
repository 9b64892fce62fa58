import { BotError } from "../../domain/errors.ts";
import type { System } from "./system.ts";
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
  const { status, stdout, stderr } = system.systemctl("show", places.name, `--property=${asked.join(",")}`);
  const found = Object.fromEntries(
    stdout.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  if (status !== 0 || found.ActiveState === undefined)
    throw new BotError(
      "service.refused",
      `systemd could not be asked: ${(stderr || stdout).trim().replace(/\s+/g, " ")}`,
    );
  if (found.LoadState === "not-found")
    throw new BotError("service.refused", 'The service is not installed. "dramabot service install" does that.');
  const running = found.ActiveState === "active";
  const restarts = Number(found.NRestarts ?? 0);
  const mend = found.ExecMainStatus === "78" ? ["The configuration must be mended first: dramabot doctor"] : [];
  return {
    running,
    lines: [
      `${places.name} is ${found.ActiveState} (${found.SubState})${running ? `, process ${found.MainPID}` : `: ${found.Result}`}`,
      ...(found.StatusText ? [found.StatusText] : []),
      ...(restarts > 0 ? [`It ended and was started again ${restarts === 1 ? "once" : `${restarts} times`}.`] : []),
      ...(running ? [] : [...mend, `See: journalctl -u ${places.name} -n 50`]),
    ],
  };
}
