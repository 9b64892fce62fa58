import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDotenv } from "../../../core/config/dotenv.ts";

/** What a file of these lines says, as plain objects. */
function parse(text: string, known: Record<string, string> = {}) {
  const { variables, oddLines } = parseDotenv(text, known);
  return { ...variables, ...(oddLines.length > 0 ? { odd: oddLines } : {}) };
}

test("assignments are read in every usual form", () => {
  for (const [text, value] of [
    ["A=1", "1"],
    ["  export   A = 1  ", "1"],
    ["'A'=1", "1"],
    ["A=", ""],
    ["A=1=2", "1=2"],
    ["A=it's", "it's"],
    ["A='it''s'", undefined],
    ['A="it\'s"', "it's"],
    ["A='say \"x\"'", 'say "x"'],
    ["A=`x`", "`x`"],
    ["A=дорама 🎬", "дорама 🎬"],
  ] as const) {
    assert.equal(parseDotenv(text).variables.A, value, text);
  }
});

test("a # begins a comment only behind white space, so that passwords may hold one", () => {
  assert.deepEqual(parse("A=mongodb://me:p#ss@db/ # the database"), { A: "mongodb://me:p#ss@db/" });
  assert.deepEqual(parse("A=#x"), { A: "#x" });
  assert.deepEqual(parse("A= # nothing yet"), { A: "" });
  assert.deepEqual(parse("A='x # y' # z\n# B=2\n  # C=3"), { A: "x # y" });
});

test("double quotes know escapes, single quotes keep everything but a quoted quote", () => {
  assert.deepEqual(parse(String.raw`A="1\n2\t\"x\"\\ \q"`), { A: '1\n2\t"x"\\ \\q' });
  assert.deepEqual(parse(String.raw`A='1\n2 \'x\' \\'`), { A: String.raw`1\n2 'x' \ `.trim() });
});

test("quoted values may span lines", () => {
  assert.deepEqual(parse('A="one\ntwo"\nB=3'), { A: "one\ntwo", B: "3" });
});

test("byte order marks and the line ends of Windows and old Macs do no harm", () => {
  assert.deepEqual(parse("\ufeffA=1\r\nB='2'\r\n\r\nC=3"), { A: "1", B: "2", C: "3" });
  assert.deepEqual(parse("A=1\rB=2"), { A: "1", B: "2" });
});

/** `${name}`, as a file has it. */
const put = (name: string) => `\${${name}}`;

test("other variables are put in: the environment's first, then the file's own, then what stands behind :-", () => {
  assert.deepEqual(parse(`A=1\nB=${put("A")}${put("C:-3")}${put("D")}`), { A: "1", B: "13" });
  assert.deepEqual(parse(`A=1\nB=${put("A")}`, { A: "2" }), { A: "1", B: "2" });
  assert.deepEqual(parse("A=p$ss$A"), { A: "p$ss$A" });
});

test("lines that are no assignment are passed over, and told by their numbers", () => {
  assert.deepEqual(parse("BOT_TOKEN: 1\nA=1\njust words\n\n=2\nB=2"), { A: "1", B: "2", odd: [1, 3, 5] });
});

test("a quote without an end loses its own line and no other", () => {
  assert.deepEqual(parse('A=\'unclosed\nB=2\nC="x"y\nD=4'), { B: "2", D: "4", odd: [1, 3] });
});

test("names that every object has are variables like any other", () => {
  const { variables } = parseDotenv("__proto__=1\nconstructor=2");
  assert.deepEqual(Object.entries(variables), [
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
});

test("rubbish throws nothing and takes no time", () => {
  const began = performance.now();
  for (const text of ["", "\u0000", "\ud83d", "‮\u200b", "<&>", "=".repeat(4096), "👩‍👩‍👧".repeat(1000)])
    parseDotenv(text);
  for (const piece of [" ", 'A="x\n', "A='\n", "A=\\\n", "$\u007b", "#", " #", `A=${put("A")}\n`, "export "])
    parseDotenv(`A=${piece.repeat(100_000)}`);
  // Far more than it takes; what grows with the square of the length takes minutes.
  assert.ok(performance.now() - began < 10_000);
});
