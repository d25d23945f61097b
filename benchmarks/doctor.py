"""How well the doctor tells sick training runs from healthy ones, and names what is wrong.

    python -m benchmarks.doctor [--json]

Every run of `doctor_cases` is trained and recorded like any other, with `cr.fit(run=...)`, and
`cr.diagnose` looks at its folder. The tables of docs/doctor.md come from the result file alone.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import chainrule as cr
from benchmarks.doctor_cases import SEEDS, Case, cases
from benchmarks.machine import facts
from benchmarks.results import FOLDER, write
from chainrule.errors import Diverged
from chainrule.explain.doctor.diagnosis import RULES, Diagnosis

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "doctor.md"
GOAL = {"named": 0.95, "false alarms": 0.05}
Result = dict[str, Any]


def diagnosed(case: Case, seed: int, folder: Path) -> Diagnosis:
    """Train a case into a run folder, and return what the doctor says of it."""
    rule = case.optimizer or cr.optim.Adam(rate=1e-3)
    with suppress(Diverged):  # the doctor says so
        cr.fit(
            case.model(), case.data, loss=case.loss, optimizer=rule, epochs=case.epochs,
            batch_size=case.batch, validation=case.held_out or 0.0, seed=seed, metrics=(),
            run=folder, progress=False,
        )  # fmt: skip
    return cr.diagnose(folder)


def result(case: Case, found: Sequence[str]) -> Result:
    """Return a case beside what was found: right if all that must be named is, and nothing else."""
    missed = [name for name in case.must if name not in found]
    extra = [name for name in found if name not in (*case.must, *case.may)]
    return {
        "name": case.name,
        "must": [*case.must],
        "may": sorted(case.may),
        "found": [*found],
        "missed": missed,
        "extra": extra,
    }


def measure(half: str, chosen: Iterable[str] | None = None) -> list[Result]:
    """Return the results of a half of the cases, or of some of them."""
    names = None if chosen is None else set(chosen)
    found = []
    for case in cases(half):
        if names is None or case.name in names:
            with tempfile.TemporaryDirectory() as folder:
                rules = diagnosed(case, SEEDS[half], Path(folder) / "run").rules
            found.append(result(case, rules))
    return found


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Return how many sick runs were named rightly, and how many healthy ones were called sick.

    A sick run in which something is found that does not follow from what is wrong is counted too:
    it is named rightly only if there is nothing of that kind.
    """
    sick = [r for r in results if r["must"]]
    healthy = [r for r in results if not r["must"]]
    return {
        "healthy": len(healthy),
        "sick": len(sick),
        "named": sum(not r["missed"] for r in sick),
        "named, and nothing else": sum(not r["missed"] and not r["extra"] for r in sick),
        "false alarms": sum(bool(r["found"]) for r in healthy),
    }


def page(text: str, found: Result) -> str:
    """Return the page with its tables written anew; the words around stay as they are."""
    return between(between(text, "rules", rules()), "results", tables(found))


def between(text: str, name: str, body: str) -> str:
    """Return a text with what stands between two comments replaced."""
    begin, end = f"<!-- {name}: python -m benchmarks.doctor --json -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{body}\n\n{end}{after}"


def rules() -> str:
    """Return the table of the rules, in the order of the report."""
    lines = ["| rule | it finds |", "|---|---|"]
    for name, rule in RULES.items():
        said = (rule.__doc__ or "").partition("\n")[0]
        lines.append(f"| {name} | {said[:1].lower()}{said[1:]} |")
    return "\n".join(lines)


def tables(found: Result) -> str:
    """Return the tables of the results."""
    head = "| half | healthy runs | false alarms | sick runs | named | named, and nothing beside |"
    lines = [head, "|---|---|---|---|---|---|"]
    for half, part in found["halves"].items():
        f = part["figures"]
        lines.append(
            f"| {half} | {f['healthy']} | {of(f['false alarms'], f['healthy'])} | {f['sick']} | "
            f"{of(f['named'], f['sick'])} | {of(f['named, and nothing else'], f['sick'])} |"
        )
    for half, part in found["halves"].items():
        lines += ["", f"### {half.capitalize()}", "", "| run | must be named | found | |"]
        lines += ["|---|---|---|---|", *(row(r) for r in part["results"])]
    return "\n".join(lines)


def of(count: int, all_of_them: int) -> str:
    return f"{count} ({100 * count / all_of_them:.0f} %)"


def row(result: Result) -> str:
    """Return the line of one run; what need not be named, but follows, is in italics."""
    shown = [n if n in result["must"] or n in result["extra"] else f"*{n}*"
             for n in result["found"]]  # fmt: skip
    bad = [f"missed: {n}" for n in result["missed"]] + [f"wrong: {n}" for n in result["extra"]]
    must = ", ".join(result["must"]) or "nothing"
    return f"| {result['name']} | {must} | {', '.join(shown) or '–'} | {'; '.join(bad) or '✓'} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor")
    parser.add_argument("--json", action="store_true", help="write the results and the page")
    options = parser.parse_args()
    halves = {}
    for half in SEEDS:
        results = measure(half)
        halves[half] = {"seed": SEEDS[half], "figures": figures(results), "results": results}
        for r in results:
            if r["missed"] or r["extra"]:
                print(f"{half}: {r['name']}: missed {r['missed']}, wrong {r['extra']}")
        print(half, figures(results))
    if options.json:
        found = {"goal": GOAL, "machine": facts(), "halves": halves}
        write("doctor", found)
        PAGE.write_text(page(PAGE.read_text("utf-8"), found), "utf-8")
        print(f"written: {FOLDER / 'doctor.json'}, {PAGE}")


if __name__ == "__main__":
    main()
