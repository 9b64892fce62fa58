import { spawnSync } from "node:child_process";
import { existsSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { BotError } from "../../domain/errors.ts";

/** How a command of the system ended. */
export interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The machine, as far as a service needs it. */
export interface System {
  /** In front of every path; "" but in tests. */
  readonly root: string;
  /** Runs `systemctl`. */
  systemctl(...words: readonly string[]): CommandOutcome;
}

/** How long systemctl may take, in ms: a start waits until the bot is ready. */
const DEADLINE = 180_000;

export function thisSystem(): System {
  return {
    root: "",
    systemctl(...words) {
      const { status, stdout, stderr, error } = spawnSync("systemctl", words, {
        encoding: "utf8",
        timeout: DEADLINE,
        env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" },
      });
      return { status: status ?? -1, stdout: stdout ?? "", stderr: stderr || (error?.message ?? "") };
    },
  };
}

/**
 * Refuses machines and users that cannot have or change a system service.
 *
 * @throws BotError `service.refused`.
 */
export function refuseOthers(doing: string): void {
  if (process.platform !== "linux") {
    throw new BotError("service.refused", `This is ${process.platform}: a systemd service runs on Linux only.`);
  }
  if (process.getuid?.() !== 0)
    throw new BotError("service.refused", `Only root may ${doing} a service. Run it with sudo.`);
  if (!existsSync("/run/systemd/system")) {
    throw new BotError(
      "service.refused",
      'This system was not started by systemd. "dramabot service install --print" shows the unit for another one.',
    );
  }
}

/**
 * Finds what keeps another user from running a program: a folder that is closed to others, or one that the service
 * does not see.
 *
 * @param isRun whether the file is executed, and not only read.
 * @returns the reason, `undefined` when there is none.
 */
export function barredFrom(file: string, { isRun }: { readonly isRun: boolean }): string | undefined {
  if (/^\/(?:tmp|var\/tmp|dev\/shm)\//.test(file)) return `${file} lies in a folder for temporary files`;
  return closedTo(file, { isRun });
}

/** The part of {@link barredFrom} that looks at rights alone. */
export function closedTo(file: string, { isRun }: { readonly isRun: boolean }): string | undefined {
  for (let at = file; ; at = dirname(at)) {
    const found: Stats | undefined = statSync(at, { throwIfNoEntry: false });
    if (found === undefined) return `${at} is not there`;
    if ((found.mode & 0o001) === 0 && found.isDirectory()) return `${at} is closed to other users`;
    const needed = isRun ? 0o005 : 0o004;
    if (at === file && (found.mode & needed) !== needed)
      return `${at} may not be ${isRun ? "run" : "read"} by other users`;
    if (at === dirname(at)) return undefined;
  }
}
