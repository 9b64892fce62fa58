/** What a binary's own headers say of it. */
export interface BinaryFormat {
  readonly format: "ELF" | "Mach-O" | "PE";
  /** `x64` or `arm64`; `undefined` for any other. */
  readonly machine: string | undefined;
  /** Where the program in it begins, in bytes from the start of the file; `undefined` when there is none. */
  readonly program: number | undefined;
  /** Whether Node will look for a program in it when it starts: the fuse that `NODE_SEA_FUSE_…:1` stands for. */
  readonly fused: boolean;
}

const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1";
/** Name of the program's note (ELF) or resource (PE). */
const PROGRAM = "NODE_SEA_BLOB";
/** First four bytes of a program that Node prepared (its `src/node_sea.cc`). */
const MAGIC = 0x0143da20;

/** Numbers that the formats give processors. */
const machines = {
  ELF: new Map([
    [0x3e, "x64"],
    [0xb7, "arm64"],
  ]),
  "Mach-O": new Map([
    [0x01000007, "x64"],
    [0x0100000c, "arm64"],
  ]),
  PE: new Map([
    [0x8664, "x64"],
    [0xaa64, "arm64"],
  ]),
} as const;

/** Reads a 64-bit little-endian binary's headers. @throws when it is none of the three formats. */
export function readBinaryFormat(bytes: Buffer): BinaryFormat {
  const [format, machine, place] = describe(bytes);
  const program =
    place !== undefined && place + 4 <= bytes.length && bytes.readUInt32LE(place) === MAGIC ? place : undefined;
  return { format, machine: machines[format].get(machine), program, fused: bytes.includes(FUSE) };
}

function describe(bytes: Buffer): [BinaryFormat["format"], machine: number, place: number | undefined] {
  if (bytes.readUInt32BE(0) === 0x7f454c46) return ["ELF", bytes.readUInt16LE(0x12), elfNote(bytes)];
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return ["Mach-O", bytes.readUInt32LE(4), machoSection(bytes)];
  const pe = bytes.toString("latin1", 0, 2) === "MZ" ? bytes.readUInt32LE(0x3c) : -1;
  if (pe > 0 && bytes.toString("latin1", pe, pe + 4) === "PE\0\0")
    return ["PE", bytes.readUInt16LE(pe + 4), peResource(bytes, pe)];
  throw new Error("This is no ELF, Mach-O or PE file.");
}

const wide = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at));
const align4 = (size: number) => (size + 3) & ~3;

/** ELF: a note of that name, in a segment of notes (type 4). */
function elfNote(bytes: Buffer): number | undefined {
  const [table, size, count] = [wide(bytes, 0x20), bytes.readUInt16LE(0x36), bytes.readUInt16LE(0x38)];
  for (let header = table; header < table + count * size; header += size) {
    if (bytes.readUInt32LE(header) !== 4) continue;
    const start = wide(bytes, header + 0x08);
    for (let note = start; note + 12 <= start + wide(bytes, header + 0x20); ) {
      const name = bytes.readUInt32LE(note);
      const content = note + 12 + align4(name);
      if (bytes.toString("latin1", note + 12, note + 12 + name).replace("\0", "") === PROGRAM) return content;
      note = content + align4(bytes.readUInt32LE(note + 4));
    }
  }
  return undefined;
}

/** Mach-O: the first section of the segment `NODE_SEA` (load command 0x19). */
function machoSection(bytes: Buffer): number | undefined {
  let command = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const name = bytes.toString("latin1", command + 8, command + 24).replaceAll("\0", "");
    if (bytes.readUInt32LE(command) === 0x19 && name === "NODE_SEA") return bytes.readUInt32LE(command + 72 + 48);
    command += bytes.readUInt32LE(command + 4);
  }
  return undefined;
}

/** PE: a resource of that name among the raw data (type 10). @param pe where the PE header begins. */
function peResource(bytes: Buffer, pe: number): number | undefined {
  const sections = pe + 24 + bytes.readUInt16LE(pe + 20);
  const fileOffset = (address: number): number | undefined => {
    for (let section = sections; section < sections + bytes.readUInt16LE(pe + 6) * 40; section += 40) {
      const within = address - bytes.readUInt32LE(section + 12);
      if (within >= 0 && within < bytes.readUInt32LE(section + 16)) return bytes.readUInt32LE(section + 20) + within;
    }
    return undefined;
  };
  // The third of the data directories, which begin 112 bytes into a 64-bit optional header.
  const root = fileOffset(bytes.readUInt32LE(pe + 24 + 112 + 2 * 8));
  if (root === undefined) return undefined;
  const find = (directory: number | undefined, wanted: (id: number) => boolean): number | undefined => {
    if (directory === undefined) return undefined;
    const count = bytes.readUInt16LE(directory + 12) + bytes.readUInt16LE(directory + 14);
    for (let entry = directory + 16; entry < directory + 16 + count * 8; entry += 8) {
      // The highest bit says of a number that it is an offset: to a name, or to a directory.
      if (wanted(bytes.readUInt32LE(entry))) return root + (bytes.readUInt32LE(entry + 4) & 0x7fffffff);
    }
    return undefined;
  };
  const named = (id: number) => {
    if (id < 0x80000000) return false;
    const name = root + (id & 0x7fffffff);
    return bytes.toString("utf16le", name + 2, name + 2 + bytes.readUInt16LE(name) * 2) === PROGRAM;
  };
  const rawData = find(root, (id) => id === 10);
  const data = find(find(rawData, named), () => true);
  return data === undefined ? undefined : fileOffset(bytes.readUInt32LE(data));
}
