/** What a picture's head says of it. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Media type. */
  readonly type: string;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** JPEG markers of a frame's head are 0xC0 to 0xCF, but for these. */
const NO_FRAME = [0xc4, 0xc8, 0xcc];

function webpSize(view: DataView, form: string): PictureSize | undefined {
  const type = "image/webp";
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (form === "VP8X") return { width: 1 + three(24), height: 1 + three(27), type };
  if (form === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), type };
  }
  if (form !== "VP8 ") return undefined;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, type };
}

function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), type: "image/jpeg" };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Reads a picture's size from its head; `undefined` for what is no PNG, JPEG, GIF or WebP, or has no size. */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1");
  let size: PictureSize | undefined;
  if (bytes.length >= 24 && PNG.every((byte, index) => bytes[index] === byte))
    size = { width: view.getUint32(16), height: view.getUint32(20), type: "image/png" };
  else if (bytes.length >= 10 && /^GIF8[79]a$/.test(ascii(0, 6)))
    size = { width: view.getUint16(6, true), height: view.getUint16(8, true), type: "image/gif" };
  else if (bytes.length >= 30 && ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP")
    size = webpSize(view, ascii(12, 16));
  else if (bytes.length >= 4 && view.getUint16(0) === 0xffd8) size = jpegSize(view);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}
