// The circuit page, and the element that shows a circuit inside of another page.
import { effect } from "@preact/signals-core";
import { h, render } from "preact";
import { App } from "./app";
import "../shared/theme.css";
import "./circuit.css";
import { define } from "./evaluate";
import { startEffects } from "./effects";
import { listen } from "./keys";
import { readLayout } from "./layout/records";
import { parse, readScene } from "./records";
import { createState, type Derivation } from "./state";

const TAG = "chainrule-circuit";

function mount(from: ParentNode, into: Element, keys: EventTarget): void {
  const text = (name: string): string =>
    from.querySelector(`script[data-chainrule="${name}"]`)?.textContent ?? "";
  const derivations = text("derivations");
  define(parse(text("formulas") || "{}") as Parameters<typeof define>[0]);
  const scene = readScene(text("scene"));
  const s = createState(
    scene,
    readLayout(text("layout"), scene),
    derivations ? (JSON.parse(derivations) as Derivation[]) : [],
  );
  s.theme.value = hostTheme();
  into.classList.add("host");
  // Drawing anew reads what it shows, so that every change draws anew.
  effect(() => render(<App s={s} root={into} />, into));
  startEffects(s, into);
  listen(keys, s, into);
}

/** A notebook may have a theme of its own. */
function hostTheme(): "light" | "dark" | "" {
  const light = document.body.dataset.jpThemeLight;
  return light === undefined ? "" : light === "true" ? "light" : "dark";
}

/** Shows the circuit that it holds as data; without script it shows the drawing that it holds. */
class CircuitElement extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = (window as { chainruleStyle?: string }).chainruleStyle ?? "";
    const place = document.createElement("div");
    root.append(style, place);
    this.dataset.lmSuppressShortcuts = "true";
    mount(this, place, root);
  }
}

const page = document.getElementById("chainrule");
if (page) {
  page.textContent = "";
  mount(document, page, document);
} else if (!customElements.get(TAG)) customElements.define(TAG, CircuitElement);
