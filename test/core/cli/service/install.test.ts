import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { installService, uninstallService } from "../../../../core/cli/service/install.ts";
import { serviceStatus } from "../../../../core/cli/service/status.ts";
import { barredFrom, type CommandOutcome, closedTo, type System } from "../../../../core/cli/service/system.ts";
import { places, unitFile } from "../../../../core/cli/service/unit.ts";

const BOT_TOKEN = "123456789:AAExampleExampleExampleExampleExample";
const variables = { BOT_TOKEN, OWNER_ID: "5" };
const command = ["/usr/local/bin/dramabot"];

interface Stage extends System {
  readonly calls: string[];
  path(place: string): string;
}

/** A machine in a folder, whose systemctl says what it is told to. */
function machine(t: TestContext, says: Readonly<Record<string, Partial<CommandOutcome>>> = {}): Stage {
  const root = mkdtempSync(join(tmpdir(), "dramabot-machine-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const calls: string[] = [];
  return {
    root,
    calls,
    path: (place) => root + place,
    systemctl(...words) {
      calls.push(words.join(" "));
      return { status: 0, stdout: "", stderr: "", ...says[words[0] ?? ""] };
    },
  };
}

function put(stage: Stage, place: string, text: string): void {
  mkdirSync(dirname(stage.path(place)), { recursive: true });
  writeFileSync(stage.path(place), text);
}

test("installing writes unit and variables and starts the bot, and once more does no harm", (t) => {
  const system = machine(t);
  const said = installService({ system, command, variables: { ...variables, DATA_DIR: "./data", NAME: "a b" } });
  assert.equal(readFileSync(system.path(places.unit), "utf8"), unitFile(command));
  const written = readFileSync(system.path(places.environment), "utf8");
  assert.equal(
    written,
    `BOT_TOKEN=${BOT_TOKEN}\nOWNER_ID=5\nDATA_DIR=/var/lib/dramabot\nNAME='a b'\nPLUGINS_DIR=/var/lib/dramabot/plugins\n`,
  );
  assert.equal(statSync(system.path(places.environment)).mode & 0o777, 0o600);
  assert.deepEqual(system.calls, ["daemon-reload", "enable dramabot.service", "restart dramabot.service"]);
  assert.match(said.join("\n"), /data elsewhere was not moved/);
  assert.doesNotMatch(said.join("\n"), /AAExample/);

  writeFileSync(system.path(places.environment), `${written}PORT=1\n`);
  const again = installService({ system, command: ["/opt/dramabot"], variables });
  assert.match(again[0] ?? "", /is there and was kept/);
  assert.match(readFileSync(system.path(places.environment), "utf8"), /PORT=1/);
  assert.match(readFileSync(system.path(places.unit), "utf8"), /ExecStart=\/opt\/dramabot run/);
  assert.deepEqual(readdirSync(dirname(system.path(places.unit))), ["dramabot.service"]);
});

test("a file of variables that is there gets the service's places, and says when it has others", (t) => {
  const system = machine(t);
  put(system, places.environment, `BOT_TOKEN=${BOT_TOKEN}\nOWNER_ID=5`);
  assert.match(
    installService({ system, command, variables: {} }).join("\n"),
    /DATA_DIR=\/var\/lib\/dramabot was added/,
  );
  assert.equal(
    readFileSync(system.path(places.environment), "utf8"),
    `BOT_TOKEN=${BOT_TOKEN}\nOWNER_ID=5\nDATA_DIR=/var/lib/dramabot\nPLUGINS_DIR=/var/lib/dramabot/plugins\n`,
  );
  put(system, places.environment, "DATA_DIR=/srv/bot\nPLUGINS_DIR=/opt/plugins\n");
  assert.match(installService({ system, command, variables: {} }).join("\n"), /DATA_DIR is \/srv\/bot there, where/);
  assert.equal(readFileSync(system.path(places.environment), "utf8"), "DATA_DIR=/srv/bot\nPLUGINS_DIR=/opt/plugins\n");
});

test("without token and owner nothing is written", (t) => {
  for (const given of [{}, { BOT_TOKEN }, { OWNER_ID: "5" }]) {
    const system = machine(t);
    assert.throws(() => installService({ system, command, variables: given }), {
      code: "service.refused",
      message: /Run "dramabot init" here first/,
    });
    assert.deepEqual([readdirSync(system.root), system.calls], [[], []]);
  }
});

test("a systemctl that fails is told in one line, with where to look", (t) => {
  for (const [verb, wanted] of [
    ["daemon-reload", /^systemd could not read the unit: Failed to & twice\.$/],
    ["enable", /^The service could not be enabled: /],
    ["restart", /^The service is installed and does not start: .* journalctl -u dramabot\.service/],
  ] as const) {
    const system = machine(t, { [verb]: { status: 1, stderr: "Failed to &\n  twice.\n" } });
    assert.throws(() => installService({ system, command, variables }), { code: "service.refused", message: wanted });
  }
});

test("a bot that does not start for its configuration is told with what mends it", (t) => {
  const stderr = `Job for dramabot.service failed. See "systemctl status dramabot.service" and "journalctl -xeu dramabot.service".`;
  const system = machine(t, { restart: { status: 1, stderr }, show: { stdout: "ExecMainStatus=78\n" } });
  assert.throws(() => installService({ system, command, variables }), {
    code: "service.refused",
    message:
      'The service is installed and does not start: Job for dramabot.service failed. What ended it must be mended first: the log says what, and "cd /etc/dramabot && sudo dramabot doctor" more. See: journalctl -u dramabot.service -n 50',
  });
});

test("lines of a file of variables that systemd reads in another way are told by their numbers", (t) => {
  const system = machine(t);
  put(
    system,
    places.environment,
    `BOT_TOKEN=${BOT_TOKEN}\nOWNER_ID=5 # me\n# note\nexport PORT=1\nHOST='a # b'\nX=\${PORT}\nnonsense\nY="a\\n"\n`,
  );
  const said = installService({ system, command, variables: {} });
  assert.match(said.join("\n"), /systemd may read lines 2, 4, 6, 7, 8 of it otherwise/);
  assert.equal(statSync(system.path(places.environment)).mode & 0o777, 0o600);
});

test("uninstalling keeps data and variables, and removes them only when that is asked for", (t) => {
  const system = machine(t);
  installService({ system, command, variables });
  put(system, `${places.statePrivate}/bot.db`, "dear");
  symlinkSync("private/dramabot", system.path(places.state));
  system.calls.length = 0;
  assert.match(uninstallService({ system, purge: false }).join("\n"), /are kept; --purge removes them/);
  assert.deepEqual(system.calls, ["disable --now dramabot.service", "daemon-reload"]);
  assert.ok(!existsSync(system.path(places.unit)));
  assert.equal(readFileSync(system.path(`${places.state}/bot.db`), "utf8"), "dear");
  assert.throws(() => uninstallService({ system, purge: false }), { message: /is not installed/ });

  put(system, "/var/lib/private/other/file", "another service's");
  const purged = uninstallService({ system, purge: true });
  assert.equal(purged.length, 3);
  for (const place of [places.state, places.statePrivate, places.environment])
    assert.ok(!existsSync(system.path(place)), place);
  assert.ok(existsSync(system.path("/var/lib/private/other/file")));
  assert.deepEqual(uninstallService({ system, purge: true }), []);
});

test("a bot that cannot be stopped is not removed under its feet", (t) => {
  const system = machine(t, { disable: { status: 1, stderr: "Access denied" } });
  put(system, places.unit, "[Service]");
  put(system, `${places.statePrivate}/bot.db`, "dear");
  assert.throws(() => uninstallService({ system, purge: true }), { message: /could not be stopped: Access denied/ });
  assert.ok(existsSync(system.path(places.unit)) && existsSync(system.path(`${places.statePrivate}/bot.db`)));
});

for (const [what, shown, running, wanted] of [
  [
    "runs",
    "LoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nNRestarts=0\nMainPID=42\nStatusText=answers as @x=y\nExecMainStatus=0\n",
    true,
    ["dramabot.service is active (running), process 42", "answers as @x=y"],
  ],
  [
    "was started again",
    "LoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=3\nMainPID=42\n",
    true,
    ["dramabot.service is active (running), process 42", "It ended and was started again 3 times."],
  ],
  [
    "waits for its configuration",
    "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nNRestarts=1\nMainPID=0\nExecMainStatus=78\n",
    false,
    [
      "dramabot.service is failed (failed): exit-code",
      "It ended and was started again once.",
      'What ended it must be mended first: the log says what, and "cd /etc/dramabot && sudo dramabot doctor" more.',
      "See: journalctl -u dramabot.service -n 50",
    ],
  ],
] as const) {
  test(`a service that ${what} is told so`, (t) => {
    assert.deepEqual(serviceStatus(machine(t, { show: { stdout: shown } })), { running, lines: wanted });
  });
}

test("a service that is not there, or a systemd that does not answer, is told", (t) => {
  for (const [show, wanted] of [
    [{ stdout: "LoadState=not-found\nActiveState=inactive\n" }, /not installed/],
    [
      { status: 1, stderr: "System has not been booted with systemd\n  as init system" },
      /could not be asked: System has not been booted with systemd as init/,
    ],
    [{ stdout: "nonsense" }, /could not be asked/],
    [{ stdout: "" }, /could not be asked/],
  ] as const)
    assert.throws(() => serviceStatus(machine(t, { show })), { code: "service.refused", message: wanted });
});

test("a program that the service's user cannot reach is told with the folder that is closed", (t) => {
  const place = mkdtempSync(join(tmpdir(), "barred-"));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  chmodSync(place, 0o755);
  const file = join(place, "folder", "dramabot");
  mkdirSync(dirname(file));
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  const open = closedTo(file, { isRun: true });
  assert.ok(open === undefined || !open.includes(place), open);
  chmodSync(file, 0o700);
  assert.match(closedTo(file, { isRun: false }) ?? "", / may not be read by other users$/);
  chmodSync(file, 0o744);
  assert.match(closedTo(file, { isRun: true }) ?? "", /dramabot may not be run by other users$/);
  chmodSync(dirname(file), 0o750);
  chmodSync(file, 0o755);
  assert.equal(closedTo(file, { isRun: true }), `${dirname(file)} is closed to other users`);
  assert.equal(closedTo(join(place, "none"), { isRun: true }), `${join(place, "none")} is not there`);
  assert.match(barredFrom("/tmp/dramabot", { isRun: true }) ?? "", /temporary files/);
});
