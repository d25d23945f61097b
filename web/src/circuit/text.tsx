// Formulas in pages, and names in drawings.
import { h, type JSX } from "preact";
import { partsOf, symbolOf } from "./names";

/** A formula; `inner` is MathML of our own making, with every name escaped. */
export function Maths({ inner, block = false }: { inner: string; block?: boolean }): JSX.Element {
  const shown = { __html: tight(inner) };
  return <math display={block ? "block" : "inline"} dangerouslySetInnerHTML={shown} />;
}

const LONG = 600; // characters of MathML of a formula that may have to be scrolled

/** A formula on a line of its own; a long one can be scrolled by keyboard. */
export const Formula = ({ inner }: { inner: string }): JSX.Element => (
  <p class="formula" tabIndex={inner.length > LONG ? 0 : undefined}><Maths inner={inner} /></p>
);

/** Space a formula: signs at what they belong to, names of functions apart from what is before.
 *
 * Some fonts set parentheses that may stretch far apart: only those around fractions may. */
export function tight(inner: string): string {
  const spaced = inner
    .replace(/(<mo>[(=·×+,]<\/mo>)<mo>−/g, '$1<mo form="prefix">−')
    .replace(/(\u2062<\/mo>)(<mi>\w\w)/g, '$1<mspace width=".17em"/>$2');
  const parts = spaced.split(/(<mo>[()]<\/mo>|<m(?:frac|table))/);
  const open: { at: number; tall: boolean }[] = [];
  parts.forEach((part, i) => {
    if (part.startsWith("<mfrac") || part.startsWith("<mtable")) for (const one of open) one.tall = true;
    else if (part === "<mo>(</mo>") open.push({ at: i, tall: false });
    else if (part === "<mo>)</mo>") {
      const from = open.pop();
      if (!from || from.tall) return;
      for (const k of [from.at, i]) parts[k] = parts[k]!.replace("<mo>", '<mo stretchy="false">');
    }
  });
  return parts.join("");
}

/** A name in an SVG text: a letter in italics with its index under the line. */
export function Name({ text }: { text: string }): JSX.Element[] {
  const { letter, below } = shortName(text);
  const parts = [
    <tspan font-style={letter.length === 1 ? "italic" : "normal"}>{letter}</tspan>,
  ];
  if (below) parts.push(<tspan class="index" dy="4">{below}</tspan>);
  return parts;
}

function shortName(text: string): { letter: string; below: string } {
  const { base, accents, below } = partsOf(text);
  const marks = accents.map((accent) => COMBINING[accent]).join("");
  return { letter: symbolOf(base) + marks, below: below.map(symbolOf).join(",") };
}

const COMBINING: Record<string, string> = { hat: "\u0302", bar: "\u0304", tilde: "\u0303", dot: "\u0307", vec: "\u20d7" };

/** A name as plain text has it: w₀. */
export function plainName(text: string): string {
  const { letter, below } = shortName(text);
  return letter + below.replace(/\d/g, (c) => String.fromCharCode(0x2080 + Number(c)));
}
