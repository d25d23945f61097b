// Files of the current state: the drawing as it stands, and the scene with its numbers.
import { sceneText, type Scene } from "./records";

const STYLES = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size",
  "font-style", "font-weight", "text-anchor", "display",
];

/** Return the drawing on its own: what style sheets say is written as attributes. */
export function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const name of ["class", "tabindex", "id", "style", "aria-pressed", "role"]) element.removeAttribute(name);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value && value !== "normal") element.setAttribute(name, value);
    }
  });
  for (const hidden of [...copy.querySelectorAll('[display="none"]')]) hidden.remove();
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

export function saveDrawing(root: ParentNode): void {
  const svg = root.querySelector<SVGSVGElement>("svg.circuit");
  if (svg) download("circuit.svg", "image/svg+xml", standalone(svg));
}

export const saveScene = (scene: Scene): void =>
  download("circuit.json", "application/json", sceneText(scene));

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
