import { mix, PosterCanvas } from "./poster-canvas.ts";
import { CAP_HEIGHT, drawableText, glyphOf } from "./poster-font.ts";
import { PALETTES, type Random, SCENES } from "./poster-scenes.ts";

/** How large a poster is, in pixels. */
export interface PosterOptions {
  /** 16 to 2,000; 400 when left out. */
  readonly width?: number;
  /** 16 to 3,000; 600 when left out. */
  readonly height?: number;
}

/** The space between two letters, in the font's grid units. */
const TRACKING = 2;
const MAX_LINES = 5;

/**
 * Draws a poster for a title: a small scene in colours picked by the title, and the title in capitals below it.
 * The same title and size give the same bytes.
 *
 * @param title Any text; characters outside A to Z, digits and common punctuation are not lettered.
 * @param options The size.
 * @returns A PNG file.
 * @example
 * await writeFile("poster.png", drawPoster("Sweet Home"));
 */
export function drawPoster(title: string, options: PosterOptions = {}): Uint8Array {
  const canvas = new PosterCanvas(within(options.width ?? 400, 2000), within(options.height ?? 600, 3000));
  const random = seeded(title);
  const palette = pick(PALETTES, random);
  const scene = pick(SCENES, random);
  const [top, middle, bottom] = palette.sky;
  canvas.rows((share) =>
    share < 0.4 ? mix(top, middle, share / 0.4) : mix(middle, bottom, Math.min(1, (share - 0.4) / 0.3)),
  );
  scene(canvas, palette, random);
  canvas.veil(mix(palette.ground[1], [0, 0, 0], 0.35), (share) => Math.min(0.86, Math.max(0, (share - 0.52) / 0.26)));
  letter(canvas, title);
  return canvas.toPng();
}

function within(size: number, most: number): number {
  return Math.max(16, Math.min(most, Math.round(size)));
}

function pick<T>(choices: readonly [T, ...T[]] | readonly T[], random: Random): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new RangeError("nothing to pick from");
  return choice;
}

/** FNV-1a of the text seeds mulberry32. */
function seeded(text: string): Random {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text.normalize("NFC"))) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function letter(canvas: PosterCanvas, title: string): void {
  const text = drawableText(title);
  const margin = canvas.width * 0.09;
  const room = canvas.width - margin * 2;
  // Letters from large to small: the first size at which every word fits and the lines are few enough.
  const sizes = [0.022, 0.019, 0.016, 0.0135, 0.011].map((share) => share * canvas.width);
  const fits = sizes.find((size, index) => {
    const words = text.split(" ").every((word) => widthOf(word) * size <= room);
    return words && wrap(text, room / size).length <= index + 2;
  });
  const size = fits ?? sizes.at(-1) ?? 4;
  const lines = wrap(text, room / size).slice(0, MAX_LINES);
  const leading = (CAP_HEIGHT + 3.6) * size;
  const bottom = canvas.height - margin * 1.05;
  lines.forEach((line, index) => {
    drawLine(canvas, line, {
      left: margin,
      top: bottom - CAP_HEIGHT * size - (lines.length - 1 - index) * leading,
      size,
    });
  });
  if (lines.length === 0) return;
  const rule = bottom - CAP_HEIGHT * size - (lines.length - 1) * leading - 3.4 * size;
  canvas.lines([[margin, rule, margin + canvas.width * 0.09, rule]], canvas.width / 130, [255, 255, 255], 0.7);
}

interface LinePlace {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

function drawLine(canvas: PosterCanvas, line: string, { left, top, size }: LinePlace): void {
  let x = left;
  for (const character of line) {
    const glyph = glyphOf(character);
    if (glyph === undefined) continue;
    const strokes = glyph.strokes.map(({ x1, y1, x2, y2 }): [number, number, number, number] => [
      x + x1 * size,
      top + y1 * size,
      x + x2 * size,
      top + y2 * size,
    ]);
    canvas.lines(strokes, size * 0.95, [255, 252, 244]);
    x += (glyph.width + TRACKING) * size;
  }
}

function widthOf(text: string): number {
  return Array.from(text, (character) => (glyphOf(character)?.width ?? 0) + TRACKING).reduce(
    (sum, each) => sum + each,
    -TRACKING,
  );
}

/** Breaks a text into lines of at most `room` grid units; a word that is too long for a line is broken as well. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => pieces(each, room))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= room) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

function pieces(word: string, room: number): string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && widthOf(piece + character) > room) {
      found.push(piece);
      piece = "";
    }
    piece += character;
  }
  return piece === "" ? found : [...found, piece];
}
