import { Buffer } from "node:buffer";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Sets the bit in which `[` differs from `{`, and `]` from `}`. */
const BRACE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Cuts `__NEXT_DATA__` out of a page by index: no DOM is ever built of 3 MB, and nothing but the JSON is decoded.
 *
 * @param bytes the page, in UTF-8.
 * @returns the data; `null` when it cannot be read, `undefined` when the page has none.
 */
export function readNextData(bytes: Uint8Array): unknown {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = page.indexOf('id="__NEXT_DATA__"');
  const start = marker < 0 ? 0 : page.indexOf(">", marker) + 1;
  if (start === 0) return undefined;
  const end = page.indexOf("</script>", start);
  if (end < 0) return undefined;
  const data = parse(page, start, end);
  if (data !== null) return data;
  // In HTML the script ends here and the page escapes the tag where a text holds it, but a page that does not is
  // readable too: the JSON itself says where it ends. Only now, because finding that takes as long as parsing it.
  const whole = endOfValue(page, start);
  return whole !== undefined && whole > end ? parse(page, start, whole) : null;
}

function parse(page: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(page.toString("utf8", start, end)) as unknown;
  } catch {
    return null; // cut on its way, or of a new form: the caller says so
  }
}

/** Where the first object or array after `start` ends; `undefined` when it does not. */
function endOfValue(page: Buffer, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < page.length; index++) {
    const byte = page[index] ?? 0;
    if (quoted) {
      if (byte === BACKSLASH) index++;
      else quoted = byte !== QUOTE;
    } else if (byte === QUOTE) quoted = true;
    else if ((byte | BRACE_BIT) === OPENING) depth++;
    else if ((byte | BRACE_BIT) === CLOSING && --depth === 0) return index + 1;
  }
  return undefined;
}
