"""How much a sum over cases varies when cases of one person, or of one post, go together."""

from __future__ import annotations

import numpy as np

from evaluation.ranking.forecasts import Floats, Ints


def covariance_of_sums(terms: Floats, clusters: tuple[Ints, ...]) -> Floats:
    """Covariance of Σ_i terms_i, float64 (k, k), robust to dependence within clusters.

    One clustering: G ÷ (G − 1) · Σ_g (Σ_{i∈g} u_i)(Σ_{i∈g} u_i)ᵀ. Two: of the one plus of the other minus of both
    together (Cameron, Gelbach & Miller 2011, J. Business & Economic Statistics 29, eq. 2.11), negative eigenvalues set
    to 0 as they propose. None: each case its own cluster.

    Parameters
    ----------
    terms
        float64 (cases, k), of expectation 0.
    """
    if not clusters:
        return _within(terms, np.arange(len(terms)))
    if len(clusters) == 1:
        return _within(terms, clusters[0])
    one, other = (np.unique(cluster, return_inverse=True)[1] for cluster in clusters)
    both = one * (other.max(initial=0) + 1) + other
    joined = _within(terms, one) + _within(terms, other) - _within(terms, both)
    values, vectors = np.linalg.eigh(joined)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)


def _within(terms: Floats, cluster: Ints) -> Floats:
    names, place = np.unique(cluster, return_inverse=True)
    sums = np.zeros((len(names), terms.shape[1]))
    np.add.at(sums, place, terms)
    return np.asarray(sums.T @ sums * (len(names) / max(1, len(names) - 1)))
