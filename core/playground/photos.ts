import { createHash } from "node:crypto";
import type { Photo } from "./protocol.ts";
import { badRequest } from "./refusal.ts";

/** Largest photo by URL, in bytes (Bot API, "Sending files"). */
const BY_URL = 5 * 1024 * 1024;
/** Largest uploaded photo, in bytes. */
const BY_UPLOAD = 10 * 1024 * 1024;
/** Width and height together (Bot API, sendPhoto). */
const SIDES = 10_000;
/** Larger side over smaller side. */
const RATIO = 20;
/** Pictures kept; the oldest goes first. */
const KEPT = 2_000;
const PATIENCE = 10_000;

/** A stored picture. */
export interface StoredPhoto {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly photo: Photo;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly type: string;
}

/** Reads a picture's size from its head; `undefined` for what is no PNG, JPEG, GIF or WebP. */
function sizeOf(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1");
  if (bytes.length >= 24 && ascii(1, 4) === "PNG")
    return { width: view.getUint32(16), height: view.getUint32(20), type: "image/png" };
  if (bytes.length >= 10 && ascii(0, 3) === "GIF")
    return { width: view.getUint16(6, true), height: view.getUint16(8, true), type: "image/gif" };
  if (bytes.length >= 30 && ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") {
    if (ascii(12, 16) === "VP8X")
      return {
        width: 1 + (view.getUint32(24, true) & 0xffffff),
        height: 1 + (view.getUint32(27, true) & 0xffffff),
        type: "image/webp",
      };
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, type: "image/webp" };
  }
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), type: "image/jpeg" };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** The pictures that were sent: by URL, by upload, and again by `file_id`. */
export interface Photos {
  byUrl(url: string): Promise<StoredPhoto>;
  byUpload(bytes: Uint8Array): StoredPhoto;
  byId(fileId: string): StoredPhoto;
  find(fileId: string): StoredPhoto | undefined;
}

/** Makes an empty store of pictures. */
export function createPhotos(): Photos {
  const photos = new Map<string, StoredPhoto>();

  const keep = (bytes: Uint8Array, refusal: string): StoredPhoto => {
    const size = sizeOf(bytes);
    if (!size || size.width === 0 || size.height === 0) throw badRequest(refusal);
    const { width, height } = size;
    if (width + height > SIDES || Math.max(width, height) / Math.min(width, height) > RATIO)
      throw badRequest("PHOTO_INVALID_DIMENSIONS");
    const hash = createHash("sha256").update(bytes).digest("base64url");
    const fileId = `AgACAgQAAx${hash.slice(0, 40)}`;
    const known = photos.get(fileId);
    if (known) return known;
    const photo = { file_id: fileId, file_unique_id: hash.slice(0, 16), width, height, file_size: bytes.length };
    const stored = { bytes: new Uint8Array(bytes), type: size.type, photo };
    if (photos.size >= KEPT) photos.delete(photos.keys().next().value ?? "");
    photos.set(fileId, stored);
    return stored;
  };

  return {
    async byUrl(url) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw badRequest("wrong HTTP URL specified");
      let bytes: Uint8Array;
      let type: string;
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
        if (!response.ok) throw new Error(`status ${response.status}`);
        if (Number(response.headers.get("content-length") ?? 0) > BY_URL) throw new Error("too large");
        bytes = new Uint8Array(await response.arrayBuffer());
        type = response.headers.get("content-type") ?? "";
        if (bytes.length > BY_URL) throw new Error("too large");
      } catch {
        // Telegram says no more than this, whatever went wrong.
        throw badRequest("failed to get HTTP URL content");
      }
      if (!type.startsWith("image/")) throw badRequest("wrong type of the web page content");
      return keep(bytes, "wrong type of the web page content");
    },
    byUpload(bytes) {
      if (bytes.length === 0) throw badRequest("file must be non-empty");
      if (bytes.length > BY_UPLOAD) throw badRequest("file is too big");
      return keep(bytes, "IMAGE_PROCESS_FAILED");
    },
    byId(fileId) {
      const stored = photos.get(fileId);
      if (!stored) throw badRequest("wrong file identifier/HTTP URL specified");
      return stored;
    },
    find: (fileId) => photos.get(fileId),
  };
}
