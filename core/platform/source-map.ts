/** Where a position in a bundle came from; lines and columns count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a bundle; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** As much of a source map as is used (ECMA-426), and where to begin to read it. */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
  /** As {@link markMappings} gives them; without any, reading begins at the beginning. */
  readonly marks?: readonly Mark[];
}

/** The state at the beginning of a line: its number, the offset of its mappings, source, original line and column. */
export type Mark = readonly [
  line: number,
  offset: number,
  source: number,
  originalLine: number,
  originalColumn: number,
];

/** Values of the 64 digits, by character code. */
const digits = new Uint8Array(128);
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  digits[digit.charCodeAt(0)] = value;
}
const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** Lines from one mark to the next. */
const MARK_EVERY = 128;

/** Reads mappings line by line; each value is told as the difference to the one before. */
class MappingsReader {
  readonly #mappings: string;
  #offset = 0;
  #line = 1;
  /** Of one segment: generated column, source, original line, original column, name; all but the first go on across lines. */
  readonly #at = new Int32Array(5);

  constructor(mappings: string) {
    this.#mappings = mappings;
  }

  /** The line that is read next; counts from 1. */
  get line(): number {
    return this.#line;
  }

  get isAtEnd(): boolean {
    return this.#offset > this.#mappings.length;
  }

  get mark(): Mark {
    const [, source = 0, line = 0, column = 0] = this.#at;
    return [this.#line, this.#offset, source, line, column];
  }

  goTo([line, offset, ...values]: Mark): void {
    this.#line = line;
    this.#offset = offset;
    this.#at.set(values, 1);
  }

  /** Reads one line. @param onSegment told a segment's number of fields, and their values, which change with the next. */
  readLine(onSegment?: (fields: number, values: Int32Array) => void): void {
    const at = this.#at;
    const mappings = this.#mappings;
    at[0] = 0;
    let field = 0;
    let value = 0;
    let shift = 0;
    for (let offset = this.#offset; ; offset++) {
      const sign = offset >= mappings.length ? SEMICOLON : mappings.charCodeAt(offset);
      if (sign === COMMA || sign === SEMICOLON) {
        if (field > 0) onSegment?.(field, at);
        field = 0;
        if (sign === COMMA) continue;
        this.#offset = offset + 1;
        this.#line++;
        return;
      }
      const digit = digits[sign] ?? 0;
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit & 32) continue;
      at[field] = (at[field] ?? 0) + (value & 1 ? -(value >>> 1) : value >>> 1);
      field++;
      value = 0;
      shift = 0;
    }
  }
}

/** Makes the marks of a map, so that a line of it is found without reading all those before. */
export function markMappings(mappings: string): Mark[] {
  const reader = new MappingsReader(mappings);
  const marks: Mark[] = [];
  while (!reader.isAtEnd) {
    if (reader.line % MARK_EVERY === 1) marks.push(reader.mark);
    reader.readLine();
  }
  return marks;
}

/**
 * Finds where positions came from. The mappings are read anew each time, from the mark before a position on, and nothing
 * of them is kept: parsed, they would take more memory than the rest of the program, for the sake of a rare stack trace.
 *
 * @returns an origin for each position, in their order; `undefined` where the map tells of nothing.
 */
export function findOrigins(map: SourceMap, positions: readonly Position[]): (Origin | undefined)[] {
  const { sources, mappings, marks = [] } = map;
  const origins: (Origin | undefined)[] = positions.map(() => undefined);
  const byLine = Map.groupBy(positions.keys(), (index) => positions[index]?.line ?? 0);
  const reader = new MappingsReader(mappings);
  for (const [line, indexes] of [...byLine].sort(([a], [b]) => a - b)) {
    const mark = marks.findLast(([marked]) => marked <= line);
    if (mark !== undefined && mark[0] > reader.line) reader.goTo(mark);
    while (reader.line < line && !reader.isAtEnd) reader.readLine();
    if (reader.line !== line || reader.isAtEnd) continue;
    reader.readLine((fields, [column = 0, source = 0, originalLine = 0, originalColumn = 0]) => {
      const file = fields >= 4 ? sources[source] : undefined;
      if (file === undefined) return;
      // The last segment that begins at or before a position is its own.
      for (const index of indexes) {
        if (column < (positions[index]?.column ?? 0)) {
          origins[index] = { file, line: originalLine + 1, column: originalColumn + 1 };
        }
      }
    });
  }
  return origins;
}
