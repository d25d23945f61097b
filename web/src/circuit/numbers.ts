// Numbers as people read them: two decimals, a true minus, never zero by rounding.
import { isNumber, type Summary, type Value } from "./records";

/** Write a number as drawings have it; ties go to the even digit, as Python has them. */
export function fixed(x: number, decimals = 2): string {
  if (Number.isNaN(x)) return "NaN";
  const sign = x < 0 ? "−" : "";
  const size = Math.abs(x);
  if (size === Infinity) return sign + "∞";
  if (size && (size < 0.5 * 10 ** -decimals || size >= 1e5)) return sign + scientific(size);
  return sign + even(size, 10 ** decimals, size.toFixed(decimals), decimals);
}

function scientific(size: number): string {
  const [mantissa = "", exponent = ""] = size.toExponential(1).split("e");
  const power = Number(exponent);
  const unit = 10 ** (power - 1);
  const tenths = size / unit;
  const tie = power > 1 && power < 22 && tenths % 1 === 0.5 && tenths * unit === size;
  const shown = tie ? ((2 * Math.round(tenths / 2)) / 10).toFixed(1) : mantissa;
  return `${shown}e${power}`;
}

/** Only eighths lie halfway between two decimals of two digits. */
function even(size: number, scale: number, rounded: string, decimals: number): string {
  const tie = Number.isInteger(size * 2 ** (decimals + 1)) && (size * scale) % 1 === 0.5;
  return tie ? ((2 * Math.round((size * scale) / 2)) / scale).toFixed(decimals) : rounded;
}

/** Write a number so that it can follow an operator: negative ones in parentheses. */
export function factor(x: number): string {
  const written = fixed(x);
  return written.startsWith("−") ? `(${written})` : written;
}

export const shapeText = (shape: readonly number[]): string =>
  shape.length ? shape.join("×") : "number";

/** Write what the value lane of a wire says. */
export function valueText(value: Value): string {
  if (value === null) return "";
  return isNumber(value) ? fixed(value) : `${shapeText(value.shape)} ${normText(value)}`;
}

/** Write what the gradient lane of a wire says. */
export function gradText(value: Value): string {
  if (value === null) return "";
  return isNumber(value) ? fixed(value) : normText(value);
}

/** Write an array's norm between bars, also where an entry has made it NaN or infinite. */
function normText({ counts, norm }: Summary): string {
  const found = counts.nan ? NaN : counts["+inf"] || counts["-inf"] ? Infinity : (norm ?? 0);
  return `‖${fixed(found)}‖`;
}

/** Write a number for a table: six decimals, or powers of ten. */
export const exact = (x: number): string => fixed(x, 6);

/** Write a relative error: one digit and a power of ten. */
export function errorText(x: number): string {
  if (!x) return "0";
  return x.toExponential(0).replace("+", "");
}
