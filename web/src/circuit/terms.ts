// Parts of derivations as MathML: derivatives, and numbers in the colour of their meaning.
import { name, type Piece } from "./maths";
import { fixed } from "./numbers";

export type Colour = "forward" | "backward" | "local";

export const equals = "<mo>=</mo>";
export const times = "<mo>×</mo>";
export const plus = "<mo>+</mo>";
export const dot = "<mo>·</mo>";
export const text = (words: string): string => `<mtext>${words}</mtext>`;

/** A number as a piece of a formula. */
export function numeral(x: number, colour: Colour, decimals = 2): Piece {
  const written = fixed(x, decimals);
  if (!written.startsWith("−")) return { text: `<mn class="${colour}">${written}</mn>`, level: 6 };
  return { text: `<mrow class="${colour}"><mo>−</mo><mn>${written.slice(1)}</mn></mrow>`, level: 4 };
}

/** A number on its own. */
export const shown = (x: number, colour: Colour, decimals = 2): string =>
  numeral(x, colour, decimals).text;

/** A number as a factor: negative ones in parentheses. */
export function factor(x: number, colour: Colour, decimals = 2): string {
  const written = shown(x, colour, decimals);
  return written.startsWith("<mn") ? written : `<mrow class="${colour}"><mo>(</mo>${written}<mo>)</mo></mrow>`;
}

/** ∂f/∂x on one line. */
export const partial = (of: string, by: string): string =>
  `<mrow><mo>∂</mo>${name(of)}<mo lspace="0" rspace="0">/</mo><mo>∂</mo>${name(by)}</mrow>`;

/** ∂f/∂x as a fraction. */
export const fraction = (of: string, by: string): string =>
  `<mfrac><mrow><mo>∂</mo>${name(of)}</mrow><mrow><mo>∂</mo>${name(by)}</mrow></mfrac>`;
