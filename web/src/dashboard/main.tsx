// The dashboard: it asks its own server for all it shows, and nobody else.
import { effect } from "@preact/signals-core";
import { h, render } from "preact";
import "uplot/dist/uPlot.min.css";
import "../shared/theme.css";
import { server } from "./api";
import { App } from "./app";
import "./dashboard.css";
import { listen } from "./keys";
import { createState, keepUp } from "./state";

const page = document.getElementById("chainrule");
if (page) {
  // The token is known to the browser by now; it need not stand in the address.
  if (location.search.includes("token=")) history.replaceState(null, "", location.pathname + location.hash);
  const s = createState(server);
  const system = matchMedia("(prefers-color-scheme: dark)");
  s.dark.value = system.matches;
  system.addEventListener("change", () => (s.dark.value = system.matches));
  page.textContent = "";
  page.className = "page";
  effect(() => {
    if (s.theme.value) page.dataset["theme"] = s.theme.value;
    else delete page.dataset["theme"];
  });
  render(<App s={s} />, page);
  effect(() => {
    const dialog = page.querySelector("dialog");
    if (s.help.value) dialog?.showModal();
    else dialog?.close();
  });
  listen(s);
  keepUp(s);
}
