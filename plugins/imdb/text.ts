/**
 * Cuts at a word. An ellipsis counts as one of the characters.
 *
 * @param limit Unicode code points.
 */
export function cutAtWord(text: string, limit: number): string {
  const points = Array.from(text);
  if (points.length <= limit) return text;
  const head = points.slice(0, limit - 1).join("");
  const whole = /\s/.test(points[limit - 1] ?? "") ? head : head.replace(/\s+\S*$/, "");
  return `${whole.replace(/[\s.,;:…-]+$/u, "")}…`;
}

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
