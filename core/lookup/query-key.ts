/** Characters that are not seen and change no meaning: zero-width ones, bidi marks, variation selectors, soft hyphens. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * What queries that mean the same have in common: NFKC, case-folded, without invisible characters, white
 * space collapsed (after Unicode's NFKC_Casefold, UAX #44).
 */
export function queryKey(query: string): string {
  // Upper case first: "ß" and "SS" fold to the same, and so do both lower-case sigmas.
  const folded = query.normalize("NFKC").replace(UNSEEN, "").toUpperCase().toLowerCase().normalize("NFKC");
  return folded.replace(/\s+/gu, " ").trim();
}
