"""Which rows are held out, in which order the rest is seen, and in which batches.

Pure functions of (seed, epoch): a run that resumes in the middle of an epoch finds its order again.
Rows are int64 indices. Seeds are whole numbers from 0 to 2**64 - 1.
"""

from collections.abc import Iterator

import numpy as np

from chainrule.data.column import Array
from chainrule.data.draws import bits, permutation
from chainrule.errors import UsageError

_SPLIT, _ORDER, _ALTERNATING = 2, 3, 4  # streams of random numbers


def split(n: int, fraction: float, seed: int, labels: Array | None = None) -> tuple[Array, Array]:
    """Divide n rows into training rows and held-out rows, each sorted.

    ``round(n * fraction)`` rows are held out, but never all. With `labels` of shape (n,), classes
    keep their shares as far as whole rows allow, and each keeps a row to train on, even if fewer
    rows are held out then.

    Raises `UsageError` unless ``0 <= fraction < 1``, or if `labels` has another length.

    >>> split(6, 0.5, seed=0, labels=np.array([0, 0, 0, 0, 1, 1]))[1]
    array([1, 3, 5])
    """
    if not 0 <= fraction < 1:
        raise UsageError(f"the fraction held out is at least 0 and below 1, not {fraction}")
    if labels is None:
        labels = np.zeros(n, dtype=np.int64)
    if labels.shape != (n,):
        raise UsageError(f"labels have shape {labels.shape}, but there are {n} rows")
    shuffled = permutation(n, bits(seed, _SPLIT))
    _, classes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    quota = _quota(counts, fraction)
    in_class = _rank_in_class(classes[shuffled], len(counts))
    out = in_class < quota[classes[shuffled]]
    return np.sort(shuffled[~out]), np.sort(shuffled[out])


def order(n: int, epoch: int, seed: int) -> Array:
    """Return the n rows in the random order of this epoch."""
    return permutation(n, bits(seed, _ORDER, epoch))


def order_alternating(labels: Array, epoch: int, seed: int) -> Array:
    """Return a random order in which rows of one class follow each other as rarely as possible.

    That is never, unless one class has more than half of the rows (rounded up): a class with m of
    n rows then follows itself ``2 m - n - 1`` times. The net meets a surprise at each step, which
    speeds up learning one row at a time.

    Source: LeCun, Bottou, Orr, Müller, "Efficient BackProp" (1998), section 4.2.
    """
    source = bits(seed, _ALTERNATING, epoch)
    n = len(labels)
    shuffled = permutation(n, source)
    _, classes = np.unique(labels, return_inverse=True)
    placed, left = _alternate(shuffled.tolist(), classes.tolist())
    if not left:
        return np.array(placed, dtype=np.int64)
    gaps = _free_gaps(classes[placed], classes[left[0]])
    chosen = gaps[permutation(len(gaps), source)][: len(left)]
    surplus = left[len(chosen) :]
    anywhere = source.random_raw(len(surplus)) % np.uint64(len(placed) + 1)
    at = np.concatenate([chosen, anywhere.astype(np.int64)])
    return np.insert(np.array(placed, dtype=np.int64), at, left)


def batches(order: Array, size: int) -> Iterator[Array]:
    """Yield the rows of `order` in groups of `size`; the last may be shorter, none is dropped.

    Raises `UsageError` if `size` is below 1.

    >>> [rows.tolist() for rows in batches(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    if size < 1:
        raise UsageError(f"a batch has 1 row or more, not {size}")
    return (order[start : start + size] for start in range(0, len(order), size))


def _quota(counts: Array, fraction: float) -> Array:
    """Return the rows held out of each class: shares rounded down, then one by largest rest."""
    shares = counts * fraction
    quota: Array = np.floor(shares).astype(np.int64)
    wanted = round(int(counts.sum()) * fraction) - int(quota.sum())
    for c in np.argsort(quota - shares, kind="stable"):
        if wanted > 0 and quota[c] < counts[c] - 1:
            quota[c] += 1
            wanted -= 1
    return quota


def _rank_in_class(classes: Array, n_classes: int) -> Array:
    """Return for each entry how many earlier ones have its class."""
    rank = np.empty(len(classes), dtype=np.int64)
    for c in range(n_classes):
        members = classes == c
        rank[members] = np.arange(np.count_nonzero(members))
    return rank


def _alternate(rows: list[int], classes: list[int]) -> tuple[list[int], list[int]]:
    """Place rows one after the other; one that would follow its own class waits for the next gap.

    All that wait have the class of the last row placed. Returns the placed rows, no two neighbours
    of one class, and those that still wait at the end.
    """
    placed: list[int] = []
    waiting: list[int] = []
    last = -1
    for row in rows:
        if classes[row] == last:
            waiting.append(row)
            continue
        placed.append(row)
        if waiting:
            placed.append(waiting.pop())
        else:
            last = classes[row]
    return placed, waiting


def _free_gaps(classes: Array, c: int) -> Array:
    """Return the places, 0 to len(classes), at which a row of class c meets none of its class."""
    taken = np.concatenate([[False], classes == c, [False]])
    return np.flatnonzero(~taken[:-1] & ~taken[1:])
