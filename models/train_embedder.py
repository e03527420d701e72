"""Trains the default embedder from nothing, on pairs of texts that mean the same work.

An ensemble of n-gram encoders, each trained with its own seed on its own draw of pairs, then written as one
encoder: the vectors of the members side by side, turned onto their principal axes and cut to fewer dimensions.
Since an encoder is a sum of n-gram vectors, both steps are one matrix product on its table. The axes come in
order of variance, so the first dimensions of a vector are themselves a good shorter vector (Kusupati et al. 2022,
"Matryoshka representation learning", reach the same by their loss).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.text_pairs import Pair

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from models.ngram_encoder import NgramEncoder

_TEXTS_FOR_AXES = 20_000


@dataclass(frozen=True)
class EmbedderSettings:
    """How the embedder is trained. The defaults take about a minute on one core for the classification alone."""

    members: int = 4
    member_dimension: int = 128
    dimension: int = 256  # of the finished model, at most members × member_dimension
    epochs: int = 2
    batch_size: int = 512
    learning_rate: float = 0.01
    scale: float = 10.0  # of the cosine in the loss (inverse temperature)
    ngram_dropout: float = 0.3
    minimum_texts: int = 2  # an n-gram must stand in so many texts to be in the vocabulary


def train_embedder(
    draw_pairs: Callable[[int], Sequence[Pair]],
    *,
    seed: int,
    settings: EmbedderSettings | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SentenceTransformer:
    """Train an ensemble with in-batch negatives in both directions, and fold it into one `NgramEncoder`.

    The same pairs, settings and seed give the same model.

    Parameters
    ----------
    draw_pairs
        Pairs for the member of this number (`models.text_pairs.PairSources.draw`).
    on_progress
        Told (steps done, steps in all).
    """
    from models.embedder import encode
    from models.ngram_encoder import NgramEncoder, count_ngrams

    settings = settings or EmbedderSettings()
    numbers = [seed * settings.members + member for member in range(settings.members)]
    draws = [list(draw_pairs(number)) for number in numbers]
    texts = list(dict.fromkeys(text for pairs in draws for pair in pairs for text in pair))
    ngrams, weights = count_ngrams(texts, settings.minimum_texts)
    steps = [settings.epochs * max(1, len(pairs) // settings.batch_size) for pairs in draws]
    tables = []
    for member, (number, pairs) in enumerate(zip(numbers, draws, strict=True)):
        encoder: NgramEncoder = NgramEncoder(ngrams, weights, settings.member_dimension)
        before = sum(steps[:member])
        for done in _train_member(encoder, pairs, number, steps[member], settings):
            if on_progress is not None:
                on_progress(before + done, sum(steps))
        tables.append(encoder.table)
    together = NgramEncoder.of_table(ngrams, weights, np.hstack(tables))
    sample = [texts[row] for row in np.random.default_rng(seed).permutation(len(texts))[:_TEXTS_FOR_AXES]]
    axes = _principal_axes(encode(_model(together), sample))[:, : settings.dimension]
    folded = NgramEncoder.of_table(ngrams, weights, together.table @ axes)
    return _model(folded)


def _train_member(
    encoder: NgramEncoder, pairs: Sequence[Pair], seed: int, steps: int, settings: EmbedderSettings
) -> Iterator[int]:
    """Train in place, giving the number of steps done after each.

    The loss is the library's MultipleNegativesRankingLoss (van den Oord et al. 2018, "InfoNCE"). The loop is
    ours, since SentenceTransformerTrainer needs `accelerate` and `datasets` for what are ten lines here and
    does not know sparse gradients, with which a step touches only the n-grams of its batch.
    """
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    encoder.initialise()
    model = _model(encoder)
    loss_of = MultipleNegativesRankingLoss(
        model, scale=settings.scale, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
    )
    optimizer = torch.optim.SparseAdam([encoder.embedding.weight], lr=settings.learning_rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.01, total_iters=steps)
    encoder.ngram_dropout = settings.ngram_dropout
    model.train()
    # A step is many small operations: threads would wait for each other at each, on a busy machine for minutes.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        steps_an_epoch = steps // settings.epochs
        for step in range(steps):
            if step % steps_an_epoch == 0:
                order = random.permutation(len(pairs))
            first = (step % steps_an_epoch) * settings.batch_size
            batch = [pairs[row] for row in order[first : first + settings.batch_size]]
            sides = [model.preprocess([pair[side] for pair in batch]) for side in (0, 1)]
            loss = loss_of(sides, torch.empty(0))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()  # type: ignore[no-untyped-call]
            schedule.step()
            yield step + 1
    finally:
        torch.set_num_threads(threads)
        encoder.ngram_dropout = 0.0
        model.eval()


def _principal_axes(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Orthonormal axes of shape (d, d), by falling sum of squares of the vectors along them; the origin stays."""
    squares = vectors.astype(np.float64).T @ vectors.astype(np.float64)
    _, axes = np.linalg.eigh(squares)
    return np.ascontiguousarray(axes[:, ::-1], dtype=np.float32)


def _model(encoder: NgramEncoder) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize

    return SentenceTransformer(modules=[encoder, Normalize()], device="cpu")
