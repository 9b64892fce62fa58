/**
 * Cuts a text at a word, for fields that stand in a card beside others. An ellipsis counts as one of the characters.
 *
 * @param limit Unicode code points.
 * @example
 * cutAtWord("A lonely student moves", 12); // "A lonely…"
 */
export function cutAtWord(text: string, limit: number): string {
  const points = Array.from(text);
  if (points.length <= limit) return text;
  const head = points.slice(0, limit - 1).join("");
  const whole = /\s/.test(points[limit - 1] ?? "") ? head : head.replace(/\s+\S*$/, "");
  return `${whole.replace(/[\s.,;:…-]+$/u, "")}…`;
}
