"""`tests` mirrors `src`: who looks for the test of a module knows where it stands."""

from fnmatch import fnmatchcase

from tests.house.rules import TESTS, inside, sources

BESIDE = {"benchmarks", "contract", "property", "lectures", "golden", "browser", "house"}
ELSEWHERE = {  # modules without a test of their own name -> the tests that hold them
    "graph/case.py": "contract/test_ops.py",
    "ops/arithmetic.py": "contract/test_ops.py",
    "ops/comparisons.py": "contract/test_ops.py",
    "ops/elementary.py": "contract/test_ops.py",
    "ops/reference/error_function.py": "ops/reference/test_special.py",
    "ops/reference/gamma.py": "ops/reference/test_special.py",
    "ops/reference/polygamma.py": "ops/test_special.py",
    "ops/reference/rational.py": "ops/reference/test_special.py",
}


def modules() -> list[str]:
    return [inside(p) for p in sources() if p.name != "__init__.py" and p.read_text().strip()]


def test_of(module: str) -> str:
    folder, _, name = module.rpartition("/")
    return f"{folder}/test_{name}".lstrip("/")


test_of.__test__ = False  # type: ignore[attr-defined]


def test_every_module_has_its_test() -> None:
    there = {inside(p, TESTS) for p in sources(TESTS)}
    missing = [
        m for m in modules()
        if test_of(m) not in there and not any(fnmatchcase(m, known) for known in ELSEWHERE)
    ]  # fmt: skip
    assert not missing


def test_every_folder_of_tests_has_its_folder_of_modules() -> None:
    known = {m.rpartition("/")[0] for m in modules()} | BESIDE
    found = {inside(p, TESTS).rpartition("/")[0] for p in sources(TESTS)}
    assert found <= known


def test_the_exceptions_name_what_is_there() -> None:
    there = {inside(p, TESTS) for p in sources(TESTS)}
    assert set(ELSEWHERE.values()) <= there
    unused = [known for known in ELSEWHERE if not any(fnmatchcase(m, known) for m in modules())]
    assert not unused
