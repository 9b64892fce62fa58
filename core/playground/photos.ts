import { createHash } from "node:crypto";
import { checkFileUrl } from "./links.ts";
import { type PictureSize, pictureSize } from "./picture-size.ts";
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
/** Longer side of the small size that comes beside the picture itself. */
const SMALL = 320;
/** Pictures kept, and all their bytes; the oldest goes first. */
const KEPT = 2_000;
const KEPT_BYTES = 256 * 1024 * 1024;
/** How long fetching a URL may take, in ms. */
const PATIENCE = 10_000;
const PREFIX = "AgACAgQAAx";
const KEY = new RegExp(`^(${PREFIX}[\\w-]{40})[my]$`);

/** A stored picture. */
export interface StoredPhoto {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Media type. */
  readonly type: string;
  /** Its sizes, the largest last, as Telegram tells them. */
  readonly sizes: readonly Photo[];
}

/** The pictures that were sent: by URL, by upload, and again by `file_id`. */
export interface Photos {
  /** Fetches a picture. @throws Refusal */
  byUrl(url: string): Promise<StoredPhoto>;
  /** @throws Refusal */
  byUpload(bytes: Uint8Array): StoredPhoto;
  /** @throws Refusal */
  byId(fileId: string): StoredPhoto;
  find(fileId: string): StoredPhoto | undefined;
  /** Ends whatever is being fetched. */
  dispose(): void;
}

/** Why a text is no `file_id`, in the words of Telegram's library. */
function wrongId(fileId: string): string {
  if (KEY.test(fileId)) return "Wrong file identifier/HTTP URL specified";
  const reason = !/^[\w-]*$/.test(fileId)
    ? "Wrong character in the string"
    : fileId.length % 4 === 1
      ? "Wrong string length"
      : "can't unserialize it. Wrong last symbol";
  return `Wrong remote file identifier specified: ${reason}`;
}

/** Reads an answer's body, at most so many bytes. */
async function readUpTo(response: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    // Leaving the loop ends the download.
    if (size > most) throw new Error("too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function sizesOf(key: string, hash: string, { width, height }: PictureSize, bytes: number): readonly Photo[] {
  const scale = SMALL / Math.max(width, height);
  const size = (letter: string, factor: number): Photo => ({
    file_id: `${key}${letter}`,
    file_unique_id: `${hash.slice(0, 15)}${letter}`,
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
    file_size: Math.max(1, Math.round(bytes * factor ** 2)),
  });
  return scale < 1 ? [size("m", scale), size("y", 1)] : [size("y", 1)];
}

/** Makes an empty store of pictures. */
export function createPhotos(): Photos {
  const photos = new Map<string, StoredPhoto>();
  const closing = new AbortController();
  let stored = 0;

  const find = (fileId: string) => photos.get(KEY.exec(fileId)?.[1] ?? "");
  const dropOldest = () => {
    const [key, oldest] = photos.entries().next().value ?? [];
    if (key === undefined || oldest === undefined) return;
    photos.delete(key);
    stored -= oldest.bytes.length;
  };
  const keep = (bytes: Uint8Array, refusal: string): StoredPhoto => {
    const size = pictureSize(bytes);
    if (!size) throw badRequest(refusal);
    const { width, height } = size;
    if (width + height > SIDES || Math.max(width, height) / Math.min(width, height) > RATIO)
      throw badRequest("PHOTO_INVALID_DIMENSIONS");
    const hash = createHash("sha256").update(bytes).digest("base64url");
    const key = `${PREFIX}${hash.slice(0, 40)}`;
    const known = photos.get(key);
    if (known) return known;
    const photo = { bytes: new Uint8Array(bytes), type: size.type, sizes: sizesOf(key, hash, size, bytes.length) };
    photos.set(key, photo);
    stored += bytes.length;
    while (photos.size > KEPT || stored > KEPT_BYTES) dropOldest();
    return photo;
  };

  return {
    async byUrl(url) {
      const link = checkFileUrl(url);
      if ("problem" in link) throw badRequest(`Invalid file HTTP URL specified: ${link.problem}`);
      let bytes: Uint8Array;
      let type: string;
      try {
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(PATIENCE)]);
        const response = await fetch(link.url, { signal });
        if (!response.ok) throw new Error(`status ${response.status}`);
        type = response.headers.get("content-type") ?? "";
        bytes = await readUpTo(response, BY_URL);
      } catch {
        // Telegram says no more than this, whatever went wrong.
        throw badRequest("Failed to get HTTP URL content");
      }
      if (!type.startsWith("image/")) throw badRequest("Wrong type of the web page content");
      return keep(bytes, "Wrong type of the web page content");
    },
    byUpload(bytes) {
      if (bytes.length === 0) throw badRequest("File must be non-empty");
      if (bytes.length > BY_UPLOAD)
        throw badRequest(
          `File of size ${bytes.length} bytes is too big for a photo; the maximum size is ${BY_UPLOAD} bytes`,
        );
      return keep(bytes, "IMAGE_PROCESS_FAILED");
    },
    byId(fileId) {
      const photo = find(fileId);
      if (!photo) throw badRequest(wrongId(fileId));
      return photo;
    },
    find,
    dispose: () => closing.abort(),
  };
}
