import assert from "node:assert/strict";
import { test } from "node:test";
import config from "../../../bot.config.ts";
import { createProgram } from "../../../core/cli/program.ts";
import { dramabot } from "./cli.ts";

/** Runs the command line in this process; for what ends before a command is begun. */
async function say(...words: readonly string[]) {
  const said = { stdout: "", stderr: "", status: 0 };
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => {
        said.stdout += text;
      },
      writeErr: (text) => {
        said.stderr += text;
      },
    });
  }
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    said.status = (error as { exitCode?: number }).exitCode ?? -1; // commander's own error
  }
  return said;
}

const commands = [
  ...["run", "playground", "lookup", "config", "version"],
  ...["init", "doctor", "health", "backup", "restore", "service", "plugin"],
];

test("--help says what there is, with examples that name real commands and options", async () => {
  for (const command of [undefined, ...commands]) {
    const words = command === undefined ? [] : [command];
    const { stdout, stderr, status } = await say(...words, "--help");
    assert.equal(status, 0, command);
    assert.equal(stderr, "");
    assert.match(stdout, new RegExp(`^Usage: dramabot${command ? ` ${command}` : ""}\\b`));
    const [, examples = ""] = stdout.split("Examples:\n");
    assert.ok(examples.trim().split("\n").length >= (command ? 2 : 3), `${command} has no examples`);
    for (const [, name = ""] of examples.matchAll(/(?<![/\w])dramabot (\w+)/g))
      assert.ok(commands.includes(name), name);
    for (const [option] of examples.matchAll(/--\w+/g))
      assert.ok(stdout.split("Examples:")[0]?.includes(option), option);
    assert.equal((await say("help", ...words)).stdout, stdout);
    assert.equal((await say(...words, "-h")).stdout, stdout);
  }
});

test("a wrong command or option names the nearest right one, and where help is", async () => {
  for (const [words, hint] of [
    [["playgroud"], "Did you mean playground?"],
    [["lokup", "mdl", "x"], "Did you mean lookup?"],
    [["confg"], "Did you mean config?"],
    [["lookup", "mdl", "x", "--jsn"], "Did you mean --json?"],
    [["playground", "--prot", "1"], "Did you mean --port?"],
    [["version", "--josn"], "Did you mean --json?"],
    [["--verson"], "Did you mean --version?"],
    [["--hepl"], "Did you mean --help?"],
    [["--jsn"], "Did you mean lookup --json or version --json or doctor --json or health --json?"],
    [["run", "--liv"], "Did you mean playground --live?"],
    [["version", "--foo"], "version takes --json, --licenses"],
  ] as const) {
    const { stdout, stderr, status } = await say(...words);
    assert.equal(status, 1, words.join(" "));
    assert.equal(stdout, "");
    assert.ok(stderr.includes(`(${hint})`), `${words.join(" ")}: ${stderr}`);
    assert.match(stderr, /--help shows what there is\)\n$/);
  }
});

test("words that are like nothing are refused without a guess", async () => {
  for (const words of [
    ["xyzzy"],
    ["--xyzzy"],
    ["lookup", "mdl", "x", "--xyzzy"],
    ["👩‍👩‍👧"],
    ["<&>"],
    ["x".repeat(4096)],
  ]) {
    const { stderr, status } = await say(...words);
    assert.equal(status, 1);
    assert.ok(!stderr.includes("Did you mean"), stderr.slice(0, 200));
  }
});

test("what is missing, too much, or no value is told by its name", async () => {
  for (const [words, told] of [
    [["lookup"], /missing required argument 'source'/],
    [["lookup", "mdl"], /missing required argument 'query'/],
    [["lookup", "mdl", ""], /there is nothing to look up/],
    [["lookup", "mdl", " ", "\u200b"], /there is nothing to look up/],
    [["run", "now"], /too many arguments for 'run'/],
    [["config", "x"], /too many arguments/],
    [["playground", "--port"], /option '--port <port>' argument missing/],
    [["playground", "--port", "http"], /A port is a whole number, 0–65535/],
    [["playground", "--port", "-1"], /A port is a whole number/],
    [["playground", "--port", "65536"], /A port is a whole number/],
    [["playground", "--live", "--replay", "x"], /'--live' cannot be used with option '--replay <folder>'/],
  ] as const) {
    const { stdout, stderr, status } = await say(...words);
    assert.equal(status, 1, words.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, told);
  }
});

test("from source, where no list of licences was made, version --licenses says in one line how to have it", async () => {
  const { stdout, stderr, status } = await say("version", "--licenses");
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^error: .*node_modules.*npm run build.*\.licenses\.txt\n\(version --help .*\)\n$/);
});

test("the program itself answers likewise: help without words, the version, and an error's status", async () => {
  const [nothing, help, version, line, json, wrong] = await Promise.all([
    dramabot([]),
    dramabot(["--help"]),
    dramabot(["--version"]),
    dramabot(["version"]),
    dramabot(["version", "--json"]),
    dramabot(["versoin"]),
  ]);
  assert.deepEqual(nothing, help);
  assert.deepEqual([help.status, help.stderr], [0, ""]);
  assert.match(line.stdout, /^dramabot \d+\.\d+\.\d+ \((?:node|deno) [\d.]+, \w+-\w+\)\n$/);
  assert.deepEqual(version, line);
  const information = JSON.parse(json.stdout);
  assert.deepEqual(Object.keys(information), ["version", "runtime", "target", "plugins"]);
  const inside = config.plugins.map(({ definition: { id, version } }) => ({ id, version }));
  assert.deepEqual(information.plugins, inside);
  assert.ok(line.stdout.includes(information.version));
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /Did you mean version\?/);
});

test("help names no source and no site, for those that run are bot.config.ts's to choose", async () => {
  // A command of the program goes by the name of a plugin.
  const sites = config.plugins.map(({ definition }) => definition.id).filter((id) => !commands.includes(id));
  for (const command of [undefined, ...commands]) {
    const { stdout } = await say(...(command === undefined ? [] : [command]), "--help");
    assert.doesNotMatch(stdout, new RegExp(`\\b(?:mdl|${sites.join("|")})\\b`, "i"), command);
  }
});
