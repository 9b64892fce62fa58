import { crc32, deflateSync } from "node:zlib";

/** A colour as red, green and blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Mixes two colours.
 *
 * @param from The colour at `share` 0.
 * @param to The colour at `share` 1.
 * @param share 0 to 1.
 * @returns The mixture.
 */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A picture in memory with the few anti-aliased shapes a poster needs, and its PNG form. Sizes are in pixels. */
export class PosterCanvas {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint8Array(width * height * 3);
  }

  #blend(offset: number, colour: Colour, alpha: number): void {
    const pixels = this.#pixels;
    for (let channel = 0; channel < 3; channel += 1) {
      const old = pixels[offset + channel] ?? 0;
      pixels[offset + channel] = Math.round(old + ((colour[channel] ?? 0) - old) * alpha);
    }
  }

  /** Fills every row with the colour that `colourAt` gives for its height (0 on top, 1 at the bottom). */
  rows(colourAt: (share: number) => Colour): void {
    const stride = this.width * 3;
    for (let y = 0; y < this.height; y += 1) {
      const colour = colourAt(y / Math.max(1, this.height - 1)).map(Math.round);
      const start = y * stride;
      for (let x = 0; x < stride; x += 3) this.#pixels.set(colour, start + x);
    }
  }

  /** Lays a colour over every row, as strongly as `alphaAt` says for its height (0 on top, 1 at the bottom). */
  veil(colour: Colour, alphaAt: (share: number) => number): void {
    for (let y = 0; y < this.height; y += 1) {
      const alpha = alphaAt(y / Math.max(1, this.height - 1));
      if (alpha <= 0.004) continue;
      for (let x = 0; x < this.width; x += 1) this.#blend((y * this.width + x) * 3, colour, alpha);
    }
  }

  /** Fills what lies between the curves `top` and `bottom` (pixels from above, for each column). */
  between(top: (x: number) => number, bottom: (x: number) => number, colour: Colour, alpha = 1): void {
    for (let x = 0; x < this.width; x += 1) {
      const from = Math.max(0, top(x));
      const to = Math.min(this.height, bottom(x));
      for (let y = Math.floor(from); y < to; y += 1) {
        const cover = Math.min(1, y + 1 - from) * Math.min(1, to - y);
        this.#blend((y * this.width + x) * 3, colour, alpha * cover);
      }
    }
  }

  /** Fills a rectangle. */
  box(left: number, top: number, width: number, height: number, colour: Colour, alpha = 1): void {
    const right = Math.min(this.width, Math.round(left + width));
    const bottom = Math.min(this.height, Math.round(top + height));
    for (let y = Math.max(0, Math.round(top)); y < bottom; y += 1) {
      for (let x = Math.max(0, Math.round(left)); x < right; x += 1)
        this.#blend((y * this.width + x) * 3, colour, alpha);
    }
  }

  /** Fills a disc, or with `hole` (its inner radius) a ring. */
  disc(cx: number, cy: number, radius: number, colour: Colour, alpha = 1, hole = -1): void {
    for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(this.height, cy + radius + 1); y += 1) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(this.width, cx + radius + 1); x += 1) {
        const distance = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
        let cover = Math.min(1, radius + 0.5 - distance);
        if (hole >= 0) cover = Math.min(cover, distance - hole + 0.5);
        if (cover > 0) this.#blend((y * this.width + x) * 3, colour, alpha * cover);
      }
    }
  }

  /** Draws lines with round ends as one stroke, so that where they overlap nothing shows. Points are x1, y1, x2, y2. */
  lines(
    segments: readonly (readonly [number, number, number, number])[],
    thickness: number,
    colour: Colour,
    alpha = 1,
  ): void {
    const reach = thickness / 2 + 1;
    const cover = new Map<number, number>();
    for (const [x1, y1, x2, y2] of segments) {
      const dx = x2 - x1;
      const dy = y2 - y1;
      const length = dx * dx + dy * dy;
      const right = Math.min(this.width - 1, Math.ceil(Math.max(x1, x2) + reach));
      const bottom = Math.min(this.height - 1, Math.ceil(Math.max(y1, y2) + reach));
      for (let y = Math.max(0, Math.floor(Math.min(y1, y2) - reach)); y <= bottom; y += 1) {
        for (let x = Math.max(0, Math.floor(Math.min(x1, x2) - reach)); x <= right; x += 1) {
          const px = x + 0.5 - x1;
          const py = y + 0.5 - y1;
          const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
          const share = Math.min(1, thickness / 2 + 0.5 - Math.hypot(px - along * dx, py - along * dy));
          const index = y * this.width + x;
          if (share > 0 && share > (cover.get(index) ?? 0)) cover.set(index, share);
        }
      }
    }
    for (const [index, share] of cover) this.#blend(index * 3, colour, alpha * share);
  }

  /** The picture as a PNG file (8-bit RGB, every row stored as its difference from the one above). */
  toPng(): Uint8Array {
    const stride = this.width * 3;
    const raw = new Uint8Array((stride + 1) * this.height);
    for (let y = 0; y < this.height; y += 1) {
      const at = y * (stride + 1);
      raw[at] = 2;
      for (let x = 0; x < stride; x += 1) {
        const above = y === 0 ? 0 : (this.#pixels[(y - 1) * stride + x] ?? 0);
        raw[at + 1 + x] = (this.#pixels[y * stride + x] ?? 0) - above;
      }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const data = deflateSync(raw, { level: 6 });
    return new Uint8Array(
      Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]),
    );
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
