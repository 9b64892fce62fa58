import type { Call } from "./method.ts";
import type { StoredPhoto } from "./photos.ts";
import type { World } from "./world.ts";

/** Gets the picture that a call names. */
export type PictureSource = (world: World) => StoredPhoto | Promise<StoredPhoto>;

/**
 * Finds out how a call gives its picture: uploaded under a name, by URL, or by `file_id`; `undefined` when it gives
 * none.
 *
 * @param name The field of the upload when the reference is none of `attach://…`.
 */
export function readPicture(files: Call["files"], reference: string, name: string): PictureSource | undefined {
  const attached = /^attach:\/\/(.*)$/s.exec(reference)?.[1];
  if (reference === "" || attached !== undefined) {
    const bytes = files.get(attached ?? name);
    return bytes && (({ photos }) => photos.byUpload(bytes));
  }
  // No file_id has a dot, and every URL has one.
  return ({ photos }) => (reference.includes(".") ? photos.byUrl(reference) : photos.byId(reference));
}
