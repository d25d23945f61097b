// Files of the current state: the drawing as it stands, and the scene with its numbers.
import { sceneText, type Scene } from "./records";

const INHERITED = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-style",
  "font-weight", "text-anchor",
];
const PAGE_ONLY = ["class", "tabindex", "id", "role", "aria-label", "aria-pressed", "aria-expanded"];

/** Return the drawing on its own: what style sheets say is written as attributes. */
export function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [...svg.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((element, i) => {
    for (const name of PAGE_ONLY) element.removeAttribute(name);
    dress(element, originals[i]!);
  });
  const { width, height } = svg.viewBox.baseVal;
  const ground = document.createElementNS(svg.namespaceURI, "rect");
  const { backgroundColor } = getComputedStyle(svg.closest(".page")!);
  dressed(ground, { width, height, fill: backgroundColor });
  copy.prepend(ground);
  dressed(copy, { width, height, xmlns: svg.namespaceURI });
  for (const name of ["class", "role"]) copy.removeAttribute(name);
  return new XMLSerializer().serializeToString(copy);
}

/** Write down what differs from the element around it. */
function dress(element: Element, original: Element): void {
  const here = getComputedStyle(original), around = getComputedStyle(original.parentElement!);
  const isRoot = original.parentElement!.matches("svg");
  for (const name of INHERITED) {
    const value = here.getPropertyValue(name);
    if (isRoot || value !== around.getPropertyValue(name)) element.setAttribute(name, value);
  }
  if (here.opacity !== "1") element.setAttribute("opacity", here.opacity);
}

function dressed(element: Element, attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
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
