import assert from "node:assert/strict";
import { test } from "node:test";
import { readBinaryFormat } from "../../build/binary-format.ts";

const PROGRAM = 0x300;
const FUSE = ["NODE_SEA", "FUSE_fce680ab2cc467b6e072b8b5df1996b2"].join("_");

/** What stands where in a file: a text, or 32-bit numbers. */
type Part = readonly [at: number, what: string | readonly number[]];

/** A file of these parts, later ones over earlier ones, with the program's first bytes and the fuse. */
function file(parts: readonly Part[], { fuse = "1" } = {}): Buffer {
  const bytes = Buffer.alloc(0x400);
  for (const [at, what] of parts) {
    if (typeof what === "string") bytes.write(what, at, "latin1");
    else for (const [index, value] of what.entries()) bytes.writeUInt32LE(value, at + 4 * index);
  }
  bytes.writeUInt32LE(0x0143da20, PROGRAM);
  bytes.write(`${FUSE}:${fuse}`, 0x380);
  return bytes;
}

/** A table of one entry: a segment of notes at 0x2e4, whose only note bears the name. */
function elf({ name = "NODE_SEA_BLOB\0", machine = 0xb7 } = {}): readonly Part[] {
  return [
    [0, "\x7fELF"],
    [0x10, [machine * 0x10000 + 2]],
    [0x20, [0x40]],
    [0x34, [0x00380040, 1]],
    [0x40, [4, 0, 0x2e4, 0]],
    [0x60, [0x20]],
    [0x2e4, [14, 4, 0]],
    [0x2f0, name],
  ];
}

test("an ELF file's processor and note are read", () => {
  const found = { format: "ELF", machine: "arm64", program: PROGRAM, fused: true };
  assert.deepEqual(readBinaryFormat(file(elf())), found);
  assert.equal(readBinaryFormat(file(elf({ machine: 0x3e }))).machine, "x64");
  assert.equal(readBinaryFormat(file(elf({ machine: 0xf3 }))).machine, undefined);
});

test("a note of another name is not the program, and neither is one that does not begin as Node's do", () => {
  assert.equal(readBinaryFormat(file(elf({ name: "NODE_SEA_BLOG\0" }))).program, undefined);
  const other = file(elf());
  other.writeUInt32LE(0x0143da21, PROGRAM);
  assert.equal(readBinaryFormat(other).program, undefined);
});

test("without the fuse Node would start as itself", () => {
  assert.equal(readBinaryFormat(file(elf(), { fuse: "0" })).fused, false);
});

test("a Mach-O file's processor and segment are read, behind other load commands", () => {
  const parts: readonly Part[] = [
    [0, [0xfeedfacf, 0x0100000c]],
    [16, [2]],
    [32, [0x19, 72]],
    [40, "__TEXT"],
    [104, [0x19, 152]],
    [112, "NODE_SEA"],
    [224, [PROGRAM]],
  ];
  const found = { format: "Mach-O", machine: "arm64", program: PROGRAM, fused: true };
  assert.deepEqual(readBinaryFormat(file(parts)), found);
  assert.equal(readBinaryFormat(file([...parts, [112, "NODE_SEB"]])).program, undefined);
});

test("a PE file's processor and resource are read", () => {
  const parts: readonly Part[] = [
    [0, "MZ"],
    [0x3c, [0x40]],
    [0x40, "PE\0\0"],
    [0x44, [0x00018664]],
    [0x54, [0xf0]],
    // One section, whose addresses are 0x1000 above its places; the resources begin with it.
    [0xd8, [0x1200]],
    [0x154, [0x1200, 0x200, 0x200]],
    // Type 10 → the name → any language → the data.
    [0x20c, [0x00010000, 10, 0x80000020]],
    [0x22c, [0x00000001, 0x80000070, 0x80000040]],
    [0x24c, [0x00010000, 1033, 0x60]],
    [0x260, [0x1000 + PROGRAM]],
    [0x270, `\x0d\0${[..."NODE_SEA_BLOB"].map((letter) => `${letter}\0`).join("")}`],
  ];
  const found = { format: "PE", machine: "x64", program: PROGRAM, fused: true };
  assert.deepEqual(readBinaryFormat(file(parts)), found);
  const another: Part = [0x210, [11]];
  assert.equal(readBinaryFormat(file([...parts, another])).program, undefined, "another type of resource");
});

test("a file of no such format is refused", () => {
  assert.throws(() => readBinaryFormat(Buffer.from("#!/bin/sh\necho a script is none of these, however long it is\n")));
});
