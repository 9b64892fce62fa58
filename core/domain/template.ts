import { escapeHtml } from "./html.ts";

/** What stands for a missing value in a line where another one is present. */
const MISSING = "N/A";

const part = /\{\{|\}\}|\{([a-z][a-z0-9_]*)\}/g;

/**
 * Puts values into a template of Telegram HTML: `{name}` is a value, `{{` and `}}` are braces. A line
 * whose placeholders are all missing is left out; beside a present one a missing one reads `N/A`.
 * Values are data and are escaped; the template's own HTML stays as it is.
 *
 * @param value gives a placeholder's plain text; `undefined` and the empty string mean "missing".
 * @example
 * renderTemplate("<b>{title}</b>\nRating: {rating}", (name) => ({ title: "A & B" })[name]); // "<b>A &amp; B</b>"
 */
export function renderTemplate(template: string, value: (name: string) => string | undefined): string {
  const lines: string[] = [];
  for (const line of template.split("\n")) {
    let present = 0;
    let missing = 0;
    const rendered = line.replace(part, (whole, name?: string) => {
      if (name === undefined) return whole.charAt(0);
      const text = value(name);
      if (text === undefined || text.trim() === "") {
        missing++;
        return MISSING;
      }
      present++;
      return escapeHtml(text);
    });
    if (present > 0 || missing === 0) lines.push(rendered);
  }
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
