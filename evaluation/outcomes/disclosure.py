"""Disclosure control: small cells are withheld, and as many others as it takes that none can be had by subtraction.

What may be derived is a sum of withheld cells that could itself be shown. Choosing the fewest cells is NP-hard
(Fischetti & Salazar 2001); this chooses the smallest one at a time and then proves the result by linear algebra.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.linalg import lsqr

from data.errors import DataError
from evaluation.groups import SMALLEST_CELL

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_ZERO = 1e-6


def is_small(counts: Ints, *, threshold: int = SMALLEST_CELL) -> Bools:
    """Cells of at least one and fewer than `threshold` people. An empty cell tells nothing of anybody."""
    return np.asarray((counts > 0) & (counts < threshold))


def small_in_sequence(nested: list[Ints], *, threshold: int = SMALLEST_CELL) -> Bools:
    """Cells small in the last of `nested`, or which lack so few of an earlier one that subtraction shows them.

    `nested` are counts of ever fewer people (all; observed for 30 days; for 90 …), each shown.
    """
    last = nested[-1]
    sensitive = is_small(last, threshold=threshold)
    for wider in nested[:-1]:
        sensitive |= is_small(wider - last, threshold=threshold)
    return sensitive & (last > 0)


def withheld(
    counts: Ints, relations: csr_array, sensitive: Bools, *, shown: Bools | None = None, threshold: int = SMALLEST_CELL
) -> Bools:
    """Which cells must not be shown so that no `sensitive` one can be derived from those shown.

    Parameters
    ----------
    counts
        int64 (cells,): people in each cell.
    relations
        (relations, cells): a row for each whole (+1) that is the sum of its parts (−1).
    sensitive
        bool (cells,): primary suppression; never an empty cell.
    shown
        bool (cells,): false for cells that exist by subtraction only: withholding one costs nothing. Default: all.

    Returns
    -------
    bool (cells,). No linear combination of shown cells gives a sensitive one. Where the whole of a relation is
    shown, its withheld parts are at least two and add up to at least `threshold`. Every withheld cell is positive,
    so what a linear combination does not fix lies within a range of more than one value even to a reader who knows
    that counts are not negative.

    Raises
    ------
    DataError
        The counts contradict the relations.
    """
    if (relations @ counts).any():
        raise DataError(
            "disclosure control: a whole is not the sum of its parts",
            remedy="count wholes and parts over the same people",
        )
    hidden = sensitive & (counts > 0)
    # A cell that is not shown goes before any that is; else the smallest goes first.
    unseen = np.zeros(len(counts), dtype=bool) if shown is None else ~shown
    cost = np.where(unseen, counts, counts + counts.max(initial=0))
    cells_of = np.split(relations.indices, relations.indptr[1:-1])
    while True:
        _complete(hidden, counts, cost, relations, cells_of, threshold)
        exposed = derivable(hidden, relations) & sensitive
        if not exposed.any():
            return hidden
        touching = np.flatnonzero(abs(relations) @ exposed)
        around = np.unique(np.concatenate([cells_of[relation] for relation in touching]))
        free = around[~hidden[around] & (counts[around] > 0)]
        if not free.size:  # the whole neighbourhood is withheld: widen
            free = np.flatnonzero(~hidden & (counts > 0))
        hidden[free[np.argmin(cost[free])]] = True


def derivable(hidden: Bools, relations: csr_array) -> Bools:
    """Which hidden cells follow from the shown ones by addition and subtraction alone, bool (cells,).

    A cell follows if every change of the hidden cells that keeps all relations leaves it as it is: if it is zero in
    a random vector of the null space (with probability one).
    """
    found = np.zeros(len(hidden), dtype=bool)
    unknown = relations[:, np.flatnonzero(hidden)]
    if not hidden.any():
        return found
    drawn = np.random.default_rng(0).standard_normal(unknown.shape[1])
    fixed = lsqr(unknown, unknown @ drawn, atol=1e-13, btol=1e-13, iter_lim=50 * unknown.shape[1] + 100)[0]
    found[hidden] = np.abs(drawn - fixed) < _ZERO
    return found


def _complete(
    hidden: Bools, counts: Ints, cost: Ints, relations: csr_array, cells_of: list[Ints], threshold: int
) -> None:
    """Withhold more cells, in place, until no single relation gives a withheld cell or a small sum of them."""
    wholes, parts = relations.maximum(0), (-relations).maximum(0)
    while True:
        number = abs(relations) @ hidden
        together = parts @ np.where(hidden, counts, 0)
        broken = (number == 1) | ((number > 0) & (wholes @ hidden == 0) & (together < threshold))
        if not broken.any():
            return
        added: set[int] = set()
        for relation in np.flatnonzero(broken):
            cells = cells_of[relation]
            # What another relation added in this round may have mended this one: looked at again in the next.
            if added.isdisjoint(cells.tolist()):
                free = cells[~hidden[cells] & (counts[cells] > 0)]
                chosen = int(free[np.argmin(cost[free])])
                hidden[chosen] = True
                added.add(chosen)
