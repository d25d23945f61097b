// The colours of the page as a canvas needs them: read from its style sheet, written down once.
import type { Theme } from "./scale";

export type Colours = Record<string, string>;

const known = new Map<Theme, Colours>();

/** Return the colours of a theme by the names that they have in the style sheet. */
export function coloursOf(theme: Theme): Colours {
  let found = known.get(theme);
  if (!found) {
    const style = getComputedStyle(document.querySelector(".page")!);
    const read = (name: string): string => {
      const text = style.getPropertyValue(`--${name}`).trim();
      const pair = /^light-dark\(\s*([^,]+?)\s*,\s*([^)]+?)\s*\)$/.exec(text);
      return pair ? pair[theme === "dark" ? 2 : 1]! : text;
    };
    found = new Proxy({} as Colours, {
      get: (all, name: string) => (all[name] ??= read(name)),
    });
    known.set(theme, found);
  }
  return found;
}

/** Lines of runs that are compared: hue, dashes and a letter tell them apart. */
export const LINES: Record<Theme, readonly string[]> = {
  light: ["#24479c", "#b06000", "#00714f", "#a3195b", "#6b4fa0", "#5a5f1a", "#0b7285", "#7a3b12"],
  dark: ["#8fb0ff", "#f0a840", "#3ecf9c", "#ff8fbf", "#c3a6ff", "#c9d15a", "#5cc8dc", "#e39a6b"],
};
export const DASHES: readonly number[][] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [], [7, 3], [2, 3], [9, 3, 2, 3]];

/** Return a font of the page by its size and weight. */
export const font = (colours: Colours, size: number, face: "sans" | "mono" = "sans", weight = 400): string =>
  `${weight} ${size}px ${colours[face]}`;
