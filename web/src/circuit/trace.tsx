// Every path from a leaf to the output: each with its product, and their sum.
import { h, type JSX } from "preact";
import { total, type Path } from "./paths";
import { indexOf } from "./records";
import { trace, type State } from "./state";
import { equals, factor, fraction, plus, shown, times } from "./terms";
import { Formula, Maths, plainName } from "./text";

export function Trace({ s }: { s: State }): JSX.Element | null {
  const found = s.paths.value;
  const leaf = s.traced.value;
  if (!found || !leaf) return null;
  const scene = s.view.value.scene;
  const label = indexOf(scene).node.get(leaf)?.label ?? "";
  const sum = total(found.paths);
  return (
    <section class="card trace" aria-label={`Paths from ${plainName(label)}`}>
      <header class="head">
        <div>
          <h2>{found.paths.length === 1 ? "One path" : `${found.paths.length} paths`} from {plainName(label)} to {plainName(scene.output)}</h2>
          <p class="under">{found.more ? "more paths exist: the sum is not shown" : "each path multiplies, the paths add"}</p>
        </div>
        <button type="button" onClick={() => trace(s, null)}>Close</button>
      </header>
      <ol>
        {found.paths.map((path) => (
          <li>
            <button type="button" class="path" aria-pressed={s.lit.value === path}
              onMouseEnter={() => (s.lit.value = path)} onMouseLeave={() => (s.lit.value = null)}
              onFocus={() => (s.lit.value = path)} onBlur={() => (s.lit.value = null)}>
              <span class="soft">{route(s, path)}</span> <Maths inner={product(path)} />
            </button>
          </li>
        ))}
      </ol>
      {!found.more && sum !== null && (
        <Formula inner={fraction(scene.output, label) + equals + sumOf(found.paths) + shown(sum, "backward")} />
      )}
    </section>
  );
}

function route(s: State, path: Path): string {
  const { node } = indexOf(s.view.value.scene);
  return path.nodes
    .map((id) => node.get(id)!)
    .filter((n) => n.kind !== "branch")
    .map((n) => (n.kind === "op" ? n.symbol : plainName(n.label)))
    .join(" → ");
}

function product(path: Path): string {
  if (path.product === null) return "<mtext>arrays on the way</mtext>";
  const factors = path.factors.map((x) => factor(x, "local")).join(times);
  return `${factors}${equals}${shown(path.product, "backward")}`;
}

function sumOf(paths: readonly Path[]): string {
  if (paths.length < 2) return "";
  return paths.map((path) => factor(path.product ?? NaN, "backward")).join(plus) + equals;
}
