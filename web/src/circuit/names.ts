// Names of variables taken apart: `y_hat_1` is y with a hat and a 1 below.

const NAMES =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau " +
  "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega";
const LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ";
const GREEK = new Map(NAMES.split(" ").map((name, i) => [name, LETTERS[i]!]));
export const ACCENTS: Record<string, string> = { hat: "^", bar: "¯", tilde: "~", dot: "˙", vec: "→" };

export interface Parts {
  base: string;
  accents: string[];
  below: string[];
}

/** Take the name of a variable apart; the name of no variable stays whole. */
export function partsOf(name: string): Parts {
  const [first, ...rest] = digits(name).split("_").filter(Boolean);
  if (first === undefined) return { base: name, accents: [], below: [] };
  const [, word = "", number = ""] = /^(.*?)([0-9]*)$/.exec(first)!;
  return {
    base: word || number,
    accents: rest.filter((part) => part in ACCENTS),
    below: [...(word && number ? [number] : []), ...rest.filter((part) => !(part in ACCENTS))],
  };
}

/** Tell whether this is the name of a variable, or a number, rather than a text. */
export const isVariable = (name: string): boolean =>
  /^[\p{L}\p{N}]+$/u.test(digits(name.replace(/_/g, "a")));

export const isGreek = (word: string): boolean => GREEK.has(word);

/** Return the Greek letter for its name, and anything else as it is. */
export const symbolOf = (word: string): string => GREEK.get(word) ?? word;

const digits = (name: string): string =>
  name.replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080));
