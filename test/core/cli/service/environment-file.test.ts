import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentFile, linesReadDifferently } from "../../../../core/cli/service/environment-file.ts";
import { parseDotenv } from "../../../../core/config/dotenv.ts";

/** What systemd reads (systemd.exec(5), EnvironmentFile=): quotes and backslashes as in a shell, no expansion. */
function systemd(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const [quote] = value;
    if (quote === "'") found[name] = value.slice(1, -1);
    else if (quote === '"') found[name] = value.slice(1, -1).replace(/\\(["\\`$])/g, "$1");
    else found[name] = value.replace(/\\(.)/g, "$1").trimEnd();
  }
  return found;
}

const values = {
  PLAIN: "https://h:1/x,y@z%20",
  EMPTY: "",
  SPACES: "a b  c",
  COMMENT: "a # b",
  HASH: "hunter#22",
  SINGLE: "it's",
  DOUBLE: 'say "hi"',
  DOLLAR: "$HOME",
  TICK: "`ls`",
  EQUALS: "a=b=c",
  EMOJI: "👩‍👩‍👧 日本 مرحبا",
  SEMICOLON: "; no comment",
};

test("what is written is read alike by systemd and by the program", () => {
  const { text, leftOut } = environmentFile(values);
  assert.deepEqual(leftOut, []);
  assert.deepEqual({ ...parseDotenv(text).variables }, values);
  assert.deepEqual(systemd(text), values);
  assert.deepEqual(linesReadDifferently(text), []);
});

test("what the two cannot read alike is left out by name", () => {
  const bad = {
    BOTH: `'"`,
    LINES: "a\nBOT_TOKEN=evil",
    RETURN: "a\rb",
    NUL: "a\u0000b",
    BACKSLASH: "a\\b",
    REFERENCE: `${"$"}{HOME}`,
    "BAD NAME": "x",
    "BAD\nNAME": "x",
    "1X": "x",
  };
  const { text, leftOut } = environmentFile({ ...bad, GOOD: "x" });
  assert.equal(text, "GOOD=x\n");
  assert.deepEqual(leftOut, Object.keys(bad));
});
