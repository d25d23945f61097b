// Figures in sentences and readouts: two or three digits, a true minus, blank where there is none.

const sign = (text: string): string => text.replace(/-/g, "−");

/** A number with so many digits that matter, as sentences have it: 4.2e−10, 0.012, 18. */
export function short(x: number | null | undefined, digits = 2): string {
  if (x === null || x === undefined) return "";
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  if (x === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(x)));
  if (power < -3 || power > 4) {
    const [mantissa = "", exponent = ""] = x.toExponential(digits - 1).split("e");
    return sign(`${mantissa.replace(/\.0+$/, "")}e${exponent.replace("+", "")}`);
  }
  return sign(String(Number(x.toPrecision(Math.max(digits, power + 1)))));
}

/** As `short`, for those who listen: a hyphen is read as a minus. */
export const spoken = (x: number): string => short(x, 1).replace(/−/g, "-");

export const percent = (x: number | null): string => (x === null ? "" : `${Math.round(100 * x)} %`);

export const whole = (x: number): string => Math.round(x).toLocaleString("en-US");

/** Seconds as clocks have them. */
export function clock(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds), two = (n: number): string => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** Round steps for an axis: at most so many, between two limits. */
export function ticksOf(first: number, last: number, most: number): number[] {
  const span = Math.max(1, last - first), raw = span / Math.max(1, most);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((k) => k * unit).find((k) => k >= raw) ?? raw);
  const made: number[] = [];
  for (let x = Math.ceil(first / step) * step; x <= last; x += step) made.push(x);
  return made;
}
