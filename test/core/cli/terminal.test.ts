import assert from "node:assert/strict";
import { test } from "node:test";
import { forTerminal, oneTerminalLine } from "../../../core/cli/terminal.ts";

test("nothing in other people's texts moves the cursor, rings, or turns lines around", () => {
  for (const [given, shown] of [
    ["\u001b[31mred\u001b[0m \u001b]0;title\u0007x", "red x"],
    ["a\u0000\u0007\u007f\u009b2Jb", "ab"],
    ["a\u202eb\u2066c\u2028d", "abcd"],
    ["a\r\nb\tc", "a\nb\tc"],
    ["\ud83d", "\ufffd"],
    ["👩‍👩‍👧 שלום <&>", "👩‍👩‍👧 שלום <&>"],
  ] as const) {
    assert.equal(forTerminal(given), shown);
  }
  assert.equal(oneTerminalLine("  a\n\n b\t\tc\u2028d "), "a b c d");
});
