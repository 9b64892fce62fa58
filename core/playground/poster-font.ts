/**
 * A small single-stroke alphabet for the lettering of drawn posters.
 *
 * Each glyph is written on a grid whose capitals are 6 units high (y = 0 on top, y = 6 on the baseline): `L` is a
 * line through points, `A` an arc of an ellipse (centre, radii, first and last angle in degrees, clockwise from east).
 */

/** A straight piece of a glyph's stroke, in grid units. */
export interface Stroke {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** One character: how wide it is (grid units, without the space after it) and the strokes it is made of. */
export interface Glyph {
  readonly width: number;
  readonly strokes: readonly Stroke[];
}

/** How high capitals are, in grid units. */
export const CAP_HEIGHT = 6;

const BOWL = "L0,6 0,0 1.8,0;A1.8,1.65 1.65,1.65 270,450;L1.8,3.3 0,3.3";
const ROUND = "A2.9,3 2.9,3 0,360";

const PATHS: Readonly<Record<string, readonly [width: number, path: string]>> = {
  " ": [1.3, ""],
  A: [4.6, "L0,6 2.3,0 4.6,6;L0.77,4 3.83,4"],
  B: [3.6, "L0,0 2,0;A2,1.45 1.4,1.45 270,450;L2,2.9 0,2.9;A2.05,4.45 1.55,1.55 270,450;L2.05,6 0,6 0,0"],
  C: [5, "A2.9,3 2.9,3 48,312"],
  D: [4.5, "L0,0 1.6,0;A1.6,3 2.9,3 270,450;L1.6,6 0,6 0,0"],
  E: [3.3, "L3.3,0 0,0 0,6 3.3,6;L0,2.9 2.9,2.9"],
  F: [3.2, "L3.2,0 0,0 0,6;L0,2.9 2.8,2.9"],
  G: [5.7, "A2.9,3 2.9,3 0,312;L3.3,3 5.8,3"],
  H: [4.2, "L0,0 0,6;L4.2,0 4.2,6;L0,2.9 4.2,2.9"],
  I: [0, "L0,0 0,6"],
  J: [2.4, "L2.4,0 2.4,4.6;A1.2,4.6 1.2,1.4 0,170"],
  K: [3.9, "L0,0 0,6;L3.8,0 0,3.4;L1.3,2.24 3.9,6"],
  L: [3, "L0,0 0,6 3,6"],
  M: [5, "L0,6 0,0 2.5,3.8 5,0 5,6"],
  N: [4.3, "L0,6 0,0 4.3,6 4.3,0"],
  O: [5.8, ROUND],
  P: [3.5, BOWL],
  Q: [5.8, `${ROUND};L3.6,4.2 5.6,6.2`],
  R: [3.6, `${BOWL};L1.7,3.3 3.6,6`],
  S: [3.5, "A1.75,1.5 1.6,1.5 325,90;A1.75,4.5 1.75,1.5 270,515"],
  T: [4, "L0,0 4,0;L2,0 2,6"],
  U: [4.2, "L0,0 0,3.9;A2.1,3.9 2.1,2.1 180,0;L4.2,3.9 4.2,0"],
  V: [4.4, "L0,0 2.2,6 4.4,0"],
  W: [6.4, "L0,0 1.6,6 3.2,0.6 4.8,6 6.4,0"],
  X: [4, "L0,0 4,6;L4,0 0,6"],
  Y: [4, "L0,0 2,3 4,0;L2,3 2,6"],
  Z: [3.8, "L0,0 3.8,0 0,6 3.8,6"],
  "0": [4, "A2,3 2,3 0,360"],
  "1": [1.5, "L0,1.3 1.5,0 1.5,6"],
  "2": [3.6, "A1.8,1.75 1.75,1.75 195,390;L3.32,2.63 0,6 3.6,6"],
  "3": [3.4, "A1.7,1.5 1.5,1.5 200,450;A1.7,4.45 1.7,1.55 270,520"],
  "4": [3.9, "L3,6 3,0 0,4.4 3.9,4.4"],
  "5": [3.5, "L3.2,0 0.6,0 0.38,2.64;A1.6,4.1 1.9,1.9 230,515"],
  "6": [3.8, "A1.9,4.1 1.9,1.9 0,360;L0.3,3.1 2.4,0"],
  "7": [3.6, "L0,0 3.6,0 1.2,6"],
  "8": [3.6, "A1.8,1.5 1.45,1.5 0,360;A1.8,4.5 1.8,1.5 0,360"],
  "9": [3.8, "A1.9,1.9 1.9,1.9 0,360;L3.5,2.9 1.4,6"],
  ".": [0, "L0,6 0,6"],
  ",": [0.3, "L0.3,5.9 0,7"],
  "!": [0, "L0,0 0,4;L0,6 0,6"],
  "?": [3.2, "A1.6,1.5 1.6,1.5 195,440;L1.88,2.98 1.75,4.1;L1.75,6 1.75,6"],
  ":": [0, "L0,2.2 0,2.2;L0,5.6 0,5.6"],
  ";": [0.3, "L0.3,2.2 0.3,2.2;L0.3,5.9 0,7"],
  "'": [0, "L0,0 0,1.4"],
  '"': [1, "L0,0 0,1.4;L1,0 1,1.4"],
  "-": [1.8, "L0,3.2 1.8,3.2"],
  _: [3.4, "L0,6 3.4,6"],
  "+": [3, "L0,3.2 3,3.2;L1.5,1.7 1.5,4.7"],
  "=": [3, "L0,2.3 3,2.3;L0,4.1 3,4.1"],
  "/": [2.6, "L0,6.4 2.6,-0.3"],
  "(": [0.5, "A2,3 2,4.4 140,220"],
  ")": [0.5, "A-1.5,3 2,4.4 -40,40"],
  "#": [3.8, "L1.3,0.4 0.7,5.6;L3.1,0.4 2.5,5.6;L0.2,2.1 3.8,2.1;L0,4 3.6,4"],
  "%": [4.4, "A0.9,1 0.9,1 0,360;A3.5,5 0.9,1 0,360;L4,0 0.4,6"],
  "*": [1.8, "L0.9,0 0.9,2;L0,0.5 1.8,1.5;L1.8,0.5 0,1.5"],
  "&": [4.4, "L4.3,6 1,2.2;A1.9,1.35 1.15,1.35 140,400;L2.78,2.22 0.5,3.6;A1.7,4.5 1.7,1.5 215,20;L3.3,5 4.2,3.3"],
};

const STAND_INS: Readonly<Record<string, string>> = { "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-" };

function parsePath(path: string): Stroke[] {
  const strokes: Stroke[] = [];
  for (const part of path.split(";").filter((piece) => piece !== "")) {
    const numbers = part.slice(1).split(/[ ,]/).map(Number);
    const points = part.startsWith("A") ? arcPoints(numbers) : pairs(numbers);
    for (let index = 1; index < points.length; index += 1) {
      const [x1, y1] = points[index - 1] ?? [0, 0];
      const [x2, y2] = points[index] ?? [0, 0];
      strokes.push({ x1, y1, x2, y2 });
    }
  }
  return strokes;
}

function pairs(numbers: readonly number[]): [number, number][] {
  const points: [number, number][] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    points.push([numbers[index] ?? 0, numbers[index + 1] ?? 0]);
  }
  return points;
}

function arcPoints(numbers: readonly number[]): [number, number][] {
  const [cx = 0, cy = 0, rx = 0, ry = 0, from = 0, to = 0] = numbers;
  const steps = Math.max(4, Math.ceil(Math.abs(to - from) / 15));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

const GLYPHS: ReadonlyMap<string, Glyph> = new Map(
  Object.entries(PATHS).map(([character, [width, path]]) => [character, { width, strokes: parsePath(path) }]),
);

/**
 * Turns a title into characters the alphabet has: capitals without accents; whatever cannot be drawn is left out.
 *
 * @param text Any text.
 * @returns The drawable text, words separated by single spaces; empty when nothing can be drawn.
 * @example
 * drawableText("Amélie — 아멜리에"); // "AMELIE -"
 */
export function drawableText(text: string): string {
  const plain = text.normalize("NFKD").toUpperCase();
  const kept = Array.from(plain, (character) => {
    const known = STAND_INS[character] ?? character;
    if (GLYPHS.has(known)) return known;
    return /\s/u.test(character) ? " " : "";
  });
  return kept.join("").replace(/ +/g, " ").trim();
}

/**
 * Finds the glyph of one character of a drawable text.
 *
 * @param character One character.
 * @returns The glyph, or undefined when the alphabet lacks it.
 */
export function glyphOf(character: string): Glyph | undefined {
  return GLYPHS.get(character);
}
