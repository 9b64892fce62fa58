import type { Page } from "playwright-core";

/**
 * Texts that stand out too little from what is behind them (WCAG 2.2, 1.4.3: 4.5 to 1), and icons (1.4.11: 3 to 1).
 *
 * @returns one line for each, with its ratio; backgrounds that are gradients count with their worst colour.
 */
export async function lowContrast(page: Page): Promise<readonly string[]> {
  // A colour on its way to another one is none that anybody reads.
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished))",
  );
  // A string, for the tests know no types of the DOM.
  return await page.evaluate<readonly string[]>(`(() => {
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const paint = (colours) => {
      pixel.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
      }
      return [...pixel.getImageData(0, 0, 1, 1).data];
    };
    const light = (colours) => {
      const parts = paint(colours).slice(0, 3).map((part) => part / 255);
      const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      const layers = [];
      for (let node = element; node; node = node.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(node);
        const stops = backgroundImage.match(/(?:rgba?|oklch|color)\\([^)]*\\)/g);
        if (stops) return stops.map((stop) => [stop, ...layers]);
        layers.unshift(backgroundColor);
        if (paint([backgroundColor])[3] === 255) break;
      }
      return [layers];
    };
    const low = [];
    for (const element of document.querySelectorAll("body *")) {
      const text = [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map((node) => node.data).join("").trim();
      const icon = element.localName === "svg";
      const { color } = getComputedStyle(element);
      if ((text === "" && !icon) || !element.checkVisibility({ visibilityProperty: true }) || paint([color])[3] === 0) continue;
      for (const layers of behind(element)) {
        const [one, other] = [light([...layers, color]), light(layers)].sort((a, b) => b - a);
        const ratio = (one + 0.05) / (other + 0.05);
        if (ratio < (icon ? 3 : 4.5)) low.push((text || element.parentElement.id || "icon") + ": " + ratio.toFixed(2));
      }
    }
    return low;
  })()`);
}
