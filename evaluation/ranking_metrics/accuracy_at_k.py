"""Accuracy at k."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def accuracy_at_k(accepted: Sequence[Collection[str]], ranked: Sequence[Sequence[str]], *, k: int) -> float:
    """Share of queries with an accepted answer among the first k; 0 to 1, NaN without queries."""
    if not accepted:
        return float("nan")
    hits = [any(answer in right for answer in answers[:k]) for right, answers in zip(accepted, ranked, strict=True)]
    return sum(hits) / len(hits)
