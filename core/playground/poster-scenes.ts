import { type Colour, mix, type PosterCanvas } from "./poster-canvas.ts";

/** A source of numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

/** The colours of a poster: the sky from top to bottom, the light in it, and the ground from far to near. */
export interface Palette {
  readonly sky: readonly [Colour, Colour, Colour];
  readonly light: Colour;
  readonly ground: readonly [far: Colour, near: Colour];
}

const hex = (value: number): Colour => [value >> 16, (value >> 8) & 255, value & 255];

function palette(top: number, middle: number, bottom: number, light: number, far: number, near: number): Palette {
  return { sky: [hex(top), hex(middle), hex(bottom)], light: hex(light), ground: [hex(far), hex(near)] };
}

/** Colour sets that go well together; dark towards the bottom, where the title stands. */
export const PALETTES: readonly Palette[] = [
  palette(0x2b2d5b, 0xb5577c, 0xf6a77b, 0xffe3b0, 0x8c4a6e, 0x231a38),
  palette(0x0b1d3a, 0x1f4e79, 0x5fa8c9, 0xf5f1d6, 0x2a5a7d, 0x0a1a2e),
  palette(0x103a3a, 0x2f7f6f, 0xbfd9a4, 0xfff4c2, 0x2e6b5e, 0x0c2428),
  palette(0x3a0f2d, 0x9c2f4c, 0xf0725c, 0xffd7a8, 0x7a2343, 0x210a1f),
  palette(0x14122b, 0x3d2f6b, 0x8e6bb8, 0xf3dcff, 0x4a3a7c, 0x120e26),
  palette(0x4a6fa5, 0x9fc3dd, 0xf8dcc4, 0xfff8e8, 0x6d86a8, 0x24344f),
  palette(0x07140f, 0x0f3b2a, 0x2f8a5b, 0xc8ffd8, 0x13452f, 0x04100b),
  palette(0x5a2a1d, 0xc26a3a, 0xf4c06a, 0xfff0c4, 0x8a4528, 0x2a120e),
  palette(0x1c2541, 0x5b5f97, 0xffb8a0, 0xfff1e0, 0x474d84, 0x151a33),
];

type Scene = (canvas: PosterCanvas, palette: Palette, random: Random) => void;

function glow(canvas: PosterCanvas, x: number, y: number, radius: number, colour: Colour): void {
  for (const [scale, alpha] of [
    [3, 0.07],
    [2.2, 0.09],
    [1.5, 0.14],
  ] as const)
    canvas.disc(x, y, radius * scale, colour, alpha);
  canvas.disc(x, y, radius, colour, 0.96);
}

function stars(canvas: PosterCanvas, colour: Colour, random: Random, until: number): void {
  for (let index = 0; index < 60; index += 1) {
    const radius = (0.5 + random() * 1.1) * (canvas.width / 400);
    canvas.disc(random() * canvas.width, random() * canvas.height * until, radius, colour, 0.25 + random() * 0.6);
  }
}

function ridge(canvas: PosterCanvas, random: Random, base: number, rough: number): (x: number) => number {
  const waves = [1, 2.3, 4.1].map((rate, index) => ({
    rate: rate * (0.7 + random() * 0.6),
    shift: random() * 6.3,
    size: rough / (index + 1),
  }));
  return (x) => {
    const at = (x / canvas.width) * 6.3;
    return (
      canvas.height * waves.reduce((sum, wave) => sum + Math.sin(at * wave.rate * 0.6 + wave.shift) * wave.size, base)
    );
  };
}

const bottomOf = (canvas: PosterCanvas) => (): number => canvas.height;

const hills: Scene = (canvas, { light, ground }, random) => {
  const { width, height } = canvas;
  glow(
    canvas,
    width * (0.25 + random() * 0.5),
    height * (0.24 + random() * 0.12),
    width * (0.11 + random() * 0.05),
    light,
  );
  for (let layer = 0; layer < 4; layer += 1) {
    const colour = mix(ground[0], ground[1], layer / 3);
    canvas.between(ridge(canvas, random, 0.5 + layer * 0.1, 0.05 - layer * 0.006), bottomOf(canvas), colour);
  }
};

const peaks: Scene = (canvas, { light, ground }, random) => {
  const { width, height } = canvas;
  stars(canvas, light, random, 0.4);
  glow(canvas, width * (0.2 + random() * 0.6), height * 0.2, width * 0.085, light);
  for (let layer = 0; layer < 3; layer += 1) {
    const tops = Array.from({ length: 3 }, (_, index) => ({
      x: width * ((index + random() * 0.9) / 2.7),
      y: height * (0.33 + layer * 0.11 + random() * 0.1),
      slope: 0.75 + random() * 0.5,
    }));
    const top = (x: number): number =>
      Math.min(height * 0.74, ...tops.map((peak) => peak.y + Math.abs(x - peak.x) * peak.slope));
    canvas.between(top, bottomOf(canvas), mix(ground[0], ground[1], layer / 2.4));
    if (layer > 0) continue;
    const snow = mix(light, ground[0], 0.25);
    canvas.between(
      top,
      (x) => {
        const edge = Math.min(...tops.map((peak) => peak.y)) + height * 0.075;
        return Math.max(top(x), edge + (Math.abs((x % (width * 0.06)) - width * 0.03) - width * 0.015) * 0.9);
      },
      snow,
    );
  }
};

const skyline: Scene = (canvas, { light, ground }, random) => {
  const { width, height } = canvas;
  stars(canvas, light, random, 0.35);
  glow(canvas, width * (0.3 + random() * 0.4), height * (0.22 + random() * 0.1), width * 0.13, light);
  for (let layer = 0; layer < 3; layer += 1) {
    const colour = mix(ground[0], ground[1], layer / 2.2);
    const unit = width / 40;
    for (let x = -unit * random() * 2; x < width; ) {
      const wide = unit * (2.5 + Math.floor(random() * 4));
      const top = height * (0.36 + layer * 0.11 + random() * 0.17);
      canvas.box(x, top, wide + 1, height, colour);
      if (random() < 0.3) canvas.box(x + wide / 2 - 1, top - height * 0.035, 2, height * 0.035, colour);
      for (let wy = top + unit; layer > 0 && wy < height * 0.86; wy += unit * 1.5) {
        for (let wx = x + unit * 0.6; wx < x + wide - unit * 0.7; wx += unit * 1.1) {
          if (random() < 0.33) canvas.box(wx, wy, unit * 0.55, unit * 0.75, light, 0.35 + random() * 0.5);
        }
      }
      x += wide + (random() < 0.3 ? unit * 0.6 : 0);
    }
  }
};

const sea: Scene = (canvas, { light, ground, sky }, random) => {
  const { width, height } = canvas;
  const horizon = height * 0.5;
  const x = width * (0.35 + random() * 0.3);
  const radius = width * (0.17 + random() * 0.06);
  glow(canvas, x, horizon - radius * (0.1 + random() * 0.5), radius, light);
  canvas.between(() => horizon, bottomOf(canvas), mix(ground[0], sky[1], 0.25));
  for (let row = 0; row < 16; row += 1) {
    const y = horizon + 5 + row * row * (height / 1100) + row * (height / 150);
    const half = radius * (1 - row * 0.03) * (0.35 + random() * 0.75);
    const sway = (random() - 0.5) * radius * 0.4;
    canvas.lines([[x - half + sway, y, x + half + sway, y]], 1.5 + row * (height / 2600), light, 0.75 - row * 0.04);
  }
  canvas.between(ridge(canvas, random, 0.82, 0.03), bottomOf(canvas), ground[1]);
};

const rain: Scene = (canvas, { light, ground }, random) => {
  const { width, height } = canvas;
  const far = ridge(canvas, random, 0.56, 0.03);
  canvas.between(far, bottomOf(canvas), ground[0]);
  for (let index = 0; index < 46; index += 1) {
    const x = random() * width * 1.2;
    const y = random() * height * 0.72;
    const length = height * (0.02 + random() * 0.04);
    canvas.lines([[x, y, x - length * 0.28, y + length]], width / 260, light, 0.2 + random() * 0.35);
  }
  const cx = width * (0.38 + random() * 0.24);
  const cy = height * 0.44;
  const radius = width * 0.24;
  canvas.lines([[cx, cy - radius * 1.12, cx, cy + radius * 1.15]], width / 90, ground[1]);
  const hook = Array.from({ length: 8 }, (_, step): [number, number, number, number] => {
    const at = (angle: number): [number, number] => [
      cx - radius * 0.13 + Math.cos(angle) * radius * 0.13,
      cy + radius * 1.15 + Math.sin(angle) * radius * 0.13,
    ];
    return [...at((step * Math.PI) / 8), ...at(((step + 1) * Math.PI) / 8)];
  });
  canvas.lines(hook, width / 90, ground[1]);
  const dome = (x: number): number => cy - Math.sqrt(Math.max(0, radius * radius - (x - cx) ** 2));
  const hem = (x: number): number => {
    if (Math.abs(x - cx) >= radius) return 0;
    const share = ((x - cx + radius) / (radius / 2)) % 1;
    return cy - Math.sqrt(Math.max(0, 0.25 - (share - 0.5) ** 2)) * radius * 0.22;
  };
  canvas.between(dome, hem, light, 0.95);
  const inner = (x: number): number => cy - Math.sqrt(Math.max(0, 1 - ((x - cx) / (radius / 2)) ** 2)) * radius;
  canvas.between((x) => (Math.abs(x - cx) < radius / 2 ? inner(x) : height), hem, mix(light, ground[0], 0.28));
  canvas.between(ridge(canvas, random, 0.76, 0.015), bottomOf(canvas), ground[1]);
};

const circles: Scene = (canvas, { light, ground, sky }, random) => {
  const { width, height } = canvas;
  const x = width * (0.4 + random() * 0.2);
  const y = height * 0.37;
  for (let ring = 7; ring >= 1; ring -= 1) {
    canvas.disc(x, y, width * 0.085 * ring, light, 0.1, ring % 2 === 0 ? width * 0.085 * ring - width / 130 : -1);
  }
  for (let index = 0; index < 5; index += 1) {
    const angle = random() * 6.3;
    const reach = width * (0.15 + random() * 0.3);
    const colour = index % 2 === 0 ? light : mix(sky[2], ground[1], 0.35);
    canvas.disc(
      x + Math.cos(angle) * reach,
      y + Math.sin(angle) * reach,
      width * (0.02 + random() * 0.06),
      colour,
      0.9,
    );
  }
  canvas.disc(x, y, width * 0.15, ground[1], 1);
  canvas.disc(x + width * 0.035, y - width * 0.03, width * 0.115, light, 0.96);
};

const streams: Scene = (canvas, { light, ground }, random) => {
  const { width, height } = canvas;
  canvas.veil(ground[1], () => 0.45);
  const step = width / 26;
  for (let column = 0; column < 26; column += 1) {
    const start = Math.floor(random() * 14) - 6;
    const length = 5 + Math.floor(random() * 16);
    for (let row = 0; row < length; row += 1) {
      const x = column * step + step * 0.25;
      const y = (start + row) * step * 1.25;
      const last = row === length - 1;
      const alpha = last ? 1 : (0.12 + random() * 0.5) * (row / length);
      canvas.box(x, y, step * 0.5, step * 0.85 * (0.45 + random() * 0.55), light, alpha);
    }
  }
  canvas.disc(width * 0.5, height * 0.38, width * 0.22, ground[1], 0.82);
  canvas.disc(width * 0.5, height * 0.38, width * 0.22, light, 0.9, width * 0.22 - width / 90);
};

/** The motifs a poster can show. */
export const SCENES: readonly Scene[] = [hills, peaks, skyline, sea, rain, circles, streams];
