"""The rules of the house: each takes a file's path and text and returns its complaints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "chainrule"
TESTS = ROOT / "tests"

LINE, FUNCTION, FILE = 100, 40, 400  # columns, lines of code, lines
LATE = {  # imports that may stand inside a function, and where
    ("data/parquet.py", "polars"),  # optional: the extra [app]
    ("train/progress.py", "rich"),  # only a progress bar pays for it
}


def sources(folder: Path = SRC) -> list[Path]:
    """Return the Python files of a folder, in order."""
    return sorted(folder.rglob("*.py"))


def inside(path: Path, folder: Path = SRC) -> str:
    return path.relative_to(folder).as_posix()


def long_lines(path: str, text: str) -> Iterator[str]:
    """What is addressed to a checker, at the end of a line, does not count."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(re.sub(r"  # (noqa|type: ignore|fmt:).*", "", line)) > LINE:
            yield f"{path}:{number}: {len(line)} columns"


def long_file(path: str, text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > FILE:
        yield f"{path}: {lines} lines"


def long_functions(path: str, text: str) -> Iterator[str]:
    """Docstrings do not count: they are long where there is much to say."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = length(node) - docstring_length(node)
            if lines > FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines"


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def docstring_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return length(node.body[0]) if ast.get_docstring(node) is not None else 0


def postponed_work(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b", line):  # does not find itself
            yield f"{path}:{number}: {line.strip()}"


def late_imports(path: str, text: str) -> Iterator[str]:
    """Imports inside functions, other than those that are allowed there."""
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        late = [name for node in ast.walk(function) for name in imported(node)]
        for name in late:
            if (path, name.partition(".")[0]) not in LATE:
                yield f"{path}:{function.lineno}: {name} is imported inside a function"


def imports_from_the_top(path: str, text: str) -> Iterator[str]:
    """What stands on top knows every floor. `from chainrule import nn` names a folder: fine."""
    for node in ast.walk(ast.parse(text)):
        if "chainrule" not in imported(node) or path == "__init__.py":
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [""]
        if not all(n and ((SRC / n).is_dir() or (SRC / f"{n}.py").is_file()) for n in names):
            yield f"{path}: imports the package as a whole"


def imported(node: ast.AST) -> list[str]:
    """Return the names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def no_docstring(path: str, text: str) -> Iterator[str]:
    """Say what the module is for. Empty files are left alone."""
    if text.strip() and ast.get_docstring(ast.parse(text)) is None:
        yield f"{path}: the file does not say what it is for"


RULES = [
    long_lines,
    long_file,
    long_functions,
    postponed_work,
    late_imports,
    imports_from_the_top,
    no_docstring,
]
