import { BotError } from "../../domain/errors.ts";

/** Where things are on a machine with the service. */
export const places = {
  name: "dramabot.service",
  unit: "/etc/systemd/system/dramabot.service",
  /** Read by systemd as root, and by this program when it is run in that folder. */
  environment: "/etc/dramabot/.env",
  /** Of the user that systemd makes for the service; a link into `/var/lib/private`. */
  state: "/var/lib/dramabot",
  statePrivate: "/var/lib/private/dramabot",
} as const;

/**
 * Makes the systemd unit.
 *
 * The user is systemd's own (`DynamicUser`): nothing has to be made before or removed afterwards, and everything the
 * service may write lies in its state folder. There is no `MemoryDenyWriteExecute`, for V8 compiles into memory.
 *
 * @param command the words that start the program, with absolute paths.
 * @throws BotError `service.refused` when a path cannot stand in a unit.
 */
export function unitFile(command: readonly string[]): string {
  const isAtHome = command.some((word) => /^\/(?:home|root)\//.test(word));
  return `# Written by "dramabot service install", which writes it anew. Changes of your own: systemctl edit dramabot
[Unit]
Description=dramabot, a Telegram bot that looks up dramas, films and series
Wants=network-online.target
After=network-online.target
# However often it ends in a row, it is started again.
StartLimitIntervalSec=0

[Service]
Type=notify
# The bot runs systemd-notify, which is not the main process.
NotifyAccess=all
ExecStartPre=/bin/mkdir -p %S/dramabot/plugins
ExecStart=${executable(command[0] ?? "")} ${[...command.slice(1), "run"].map(argument).join(" ")}
# Loads new, changed and removed plugins.
ExecReload=/bin/kill -s HUP $MAINPID
Restart=on-failure
RestartSec=5
# No restart mends what ends it so, such as a configuration that is not valid.
RestartPreventExitStatus=78
TimeoutStartSec=120
# What is under way is finished first, which takes 20 s at most.
TimeoutStopSec=40
KillMode=mixed
WatchdogSec=60

Environment=DATA_DIR=%S/dramabot PLUGINS_DIR=%S/dramabot/plugins
EnvironmentFile=${places.environment}
StateDirectory=dramabot
StateDirectoryMode=0700
WorkingDirectory=%S/dramabot
# Plugins are run by root too, such as by "dramabot doctor": what the bot runs may not change them.
ReadOnlyPaths=-%S/private/dramabot/plugins
UMask=0077
LimitNOFILE=16384

DynamicUser=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=${isAtHome ? "read-only" : "yes"}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** A word of a command line (systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers"). */
function argument(word: string): string {
  return quoted(word.replaceAll("$", "$$$$"));
}

/** The first word: systemd looks for no variables in it, and runs nothing that has quotes in its path. */
function executable(path: string): string {
  if (/['"\\]/.test(path)) throw unfit(path);
  return quoted(path);
}

function quoted(word: string): string {
  if (/[\p{Cc}\ufffd]/u.test(word)) throw unfit(word);
  const escaped = word.replaceAll("%", "%%");
  return /^[\w/.:@+,%$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, "\\$&")}"`;
}

function unfit(path: string): BotError {
  return new BotError(
    "service.refused",
    `${JSON.stringify(path)} cannot stand in a unit. Put the program at another path.`,
  );
}
