/** TypeScript without its types, by the SHA-256 of each file: as JSON, in memory that every thread sees. */
export type SharedTexts = SharedArrayBuffer;

/** Puts texts where threads read them: sent with every job, they cost nothing until a module is loaded. */
export function shareTexts(texts: Readonly<Record<string, string>>): SharedTexts {
  const bytes = Buffer.from(JSON.stringify(texts));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/** @returns a look-up by hash. */
export function readTexts(shared: SharedTexts): (hash: string) => string | undefined {
  const texts = new Map(Object.entries(JSON.parse(Buffer.from(shared).toString()) as Record<string, string>)); // as above
  return (hash) => texts.get(hash);
}
