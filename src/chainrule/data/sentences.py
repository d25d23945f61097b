"""What the encoder decided, in sentences for people."""

from collections import Counter
from collections.abc import Mapping, Sequence

from chainrule.data.column import Array
from chainrule.data.features import MAX_CATEGORIES, Feature, FeatureKind
from chainrule.data.table import Table


def on_inputs(features: Sequence[Feature], scaling: str) -> list[str]:
    """Say how each kind of column becomes inputs; `scaling` says it for numbers."""
    how: dict[FeatureKind, str] = {
        "number": scaling,
        "date": "as days since 1970-01-01, with mean 0 and standard deviation 1",
        "boolean": "as 0 and 1",
        "category": "as one input of 0 or 1 for each category",
    }
    counts = Counter(feature.kind for feature in features)
    return [
        f"{_count(counts[kind], kind)} {text}: "
        + _names([feature.name for feature in features if feature.kind == kind])
        for kind, text in how.items()
        if counts[kind]
    ]


def on_categories(features: Sequence[Feature], table: Table, rows: Array) -> list[str]:
    """Name the columns with more categories than get an input."""
    sentences = []
    for feature in features:
        if len(feature.categories) == MAX_CATEGORIES:
            column = table[feature.name]
            count = len(set(column.values[rows][~column.missing[rows]].tolist()))
            if count > MAX_CATEGORIES:
                kept = f"the {MAX_CATEGORIES} most frequent are kept, others count as not seen"
                sentences.append(f"'{feature.name}' has {count} categories: {kept}")
    return sentences


def on_gaps(features: Sequence[Feature]) -> list[str]:
    """Name the columns with missing entries."""
    names = [feature.name for feature in features if feature.gaps]
    if not names:
        return []
    return [f"entries are missing in {_names(names)}: one more input says where"]


def on_left_out(left_out: Mapping[str, str]) -> list[str]:
    """Name the columns left out, by reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        by_reason.setdefault(reason, []).append(name)
    return [f"left out {_names(names)}: {reason}" for reason, names in by_reason.items()]


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _count(n: int, kind: str) -> str:
    plural = {"category": "categories"}.get(kind, f"{kind}s")
    return f"{n} {kind if n == 1 else plural}"
