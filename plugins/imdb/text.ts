/**
 * A poster of at most 1,000 pixels width: `…_V1_.jpg` is the original of up to 4000×6000, which Telegram refuses.
 * Pictures of other hosts stay as they are; what is no web address is no poster.
 */
export function posterOf(url: unknown): string | undefined {
  if (typeof url !== "string" || !/^https?:\/\/\S+$/i.test(url)) return undefined;
  return url.replace(
    /^(https?:\/\/[^/]*(?:media-amazon|media-imdb)\.com\/.*?\._V1_)[^/]*\.(jpg|jpeg|png|webp)$/i,
    "$1UX1000_.$2",
  );
}
