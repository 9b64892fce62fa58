/** Where a position in a bundle came from; lines and columns count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** As much of a source map as is used (ECMA-426). */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const digits = new Map(
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((sign, value) => [sign, value]),
);

/**
 * Finds where a position came from. The mappings are read from their beginning each time and nothing of them is kept:
 * parsed, they would take more memory than the rest of the program, for the sake of a rare stack trace.
 *
 * @param line counts from 1.
 * @param column counts from 1.
 * @returns `undefined` when the map tells of nothing there.
 */
export function findOrigin({ sources, mappings }: SourceMap, line: number, column: number): Origin | undefined {
  // Of one segment: generated column, source, original line, original column; all but the first go on across lines.
  const at = [0, 0, 0, 0, 0];
  let found: Origin | undefined;
  let current = 1;
  let field = 0;
  let value = 0;
  let shift = 0;
  const endSegment = () => {
    if (current === line && field >= 4 && (at[0] ?? 0) < column) {
      const file = sources[at[1] ?? 0];
      if (file !== undefined) found = { file, line: (at[2] ?? 0) + 1, column: (at[3] ?? 0) + 1 };
    }
    field = 0;
  };
  for (let index = 0; index < mappings.length && current <= line; index++) {
    const sign = mappings.charAt(index);
    if (sign === ",") endSegment();
    else if (sign === ";") {
      endSegment();
      current++;
      at[0] = 0;
    } else {
      const digit = digits.get(sign) ?? 0;
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit & 32) continue;
      at[field] = (at[field] ?? 0) + (value & 1 ? -(value >>> 1) : value >>> 1);
      field++;
      value = 0;
      shift = 0;
    }
  }
  endSegment();
  return found;
}
