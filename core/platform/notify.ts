import { spawn } from "node:child_process";

/**
 * Runs `systemd-notify` for each line that comes, and says how it ended when it did not work. It is one small process
 * that waits: starting one out of the bot's own would hold its event loop up each time, by its memory's size.
 */
const RELAY = 'while IFS= read -r line; do systemd-notify "$line" </dev/null >/dev/null 2>&1 || echo "$?"; done';

/** What a supervisor is told of this process. */
export interface SupervisorNotice {
  /** It is up, and takes updates. From now on the watchdog is fed, where the supervisor wants that. */
  ready(status: string): void;
  /** It is about to end. */
  stopping(): void;
  /** Feeds the watchdog no more. */
  dispose(): void;
}

export interface NotifyOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told once when the supervisor cannot be reached. */
  onProblem(message: string): void;
}

/**
 * Tells systemd that the bot is ready and still alive (sd_notify(3)), by running `systemd-notify`, for a datagram
 * socket of the system's is nothing that Node can open. The unit therefore says `NotifyAccess=all`. Outside of such a
 * unit (no `NOTIFY_SOCKET`) nothing is done.
 *
 * The watchdog is fed from the event loop, three times in the time it allows: when the loop stands still, systemd
 * ends the process and starts it anew.
 */
export function notifySupervisor({ environment, onProblem }: NotifyOptions): SupervisorNotice {
  const { NOTIFY_SOCKET: socket, PATH: path = "/usr/local/bin:/usr/bin:/bin" } = environment;
  if (!socket) return { ready: () => undefined, stopping: () => undefined, dispose: () => undefined };
  let told = false;
  const problem = (why: string) => {
    if (!told) onProblem(`systemd could not be told how the bot is: ${why}.`);
    told = true;
  };
  // Nothing but what it needs: the rest of the environment holds the token.
  const relay = spawn("/bin/sh", ["-c", RELAY], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { NOTIFY_SOCKET: socket, PATH: path },
  });
  relay.once("error", (error) => problem(error.message));
  relay.stdin.on("error", (error) => problem(error.message));
  relay.stdout.on("data", (status) => {
    const code = Number(String(status).split("\n")[0]);
    problem(code === 127 ? "there is no systemd-notify" : `systemd-notify ended with status ${code}`);
  });
  // Neither the process nor its pipes keep the bot from its end.
  for (const part of [relay, relay.stdin, relay.stdout]) if ("unref" in part) (part as { unref(): void }).unref(); // pipes are sockets, though their types do not say so

  const send = (assignment: string) => {
    if (relay.stdin.writable) relay.stdin.write(`${assignment.replace(/[\r\n]+/g, " ")}\n`);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    ready(status) {
      send(`STATUS=${status}`);
      send("READY=1");
      const every = watchdogInterval(environment);
      if (every !== undefined) timer ??= setInterval(() => send("WATCHDOG=1"), every).unref();
    },
    stopping: () => send("STOPPING=1"),
    dispose() {
      clearInterval(timer);
      relay.stdin.end();
    },
  };
}

/** Every how many ms the watchdog is fed; `undefined` when it is off, or another process's (sd_watchdog_enabled(3)). */
function watchdogInterval({ WATCHDOG_USEC, WATCHDOG_PID }: NotifyOptions["environment"]): number | undefined {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(process.pid)) return undefined;
  const microseconds = /^\d{1,16}$/.test(WATCHDOG_USEC ?? "") ? Number(WATCHDOG_USEC) : 0;
  return microseconds > 0 ? Math.max(10, Math.min(microseconds / 3_000, 2 ** 31 - 1)) : undefined;
}
