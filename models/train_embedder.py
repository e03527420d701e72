"""Trains the default embedder from nothing: the occupational classification, and texts of the agency's own records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.reference.occupations import load_occupations
from data.reference.trades import colloquial_names
from models.job_text import duties

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from models.ngram_encoder import NgramEncoder

Pair = tuple[str, str]
"""Two texts that mean the same work."""


@dataclass(frozen=True)
class EmbedderSettings:
    """How the embedder is trained. The defaults take some 15 seconds on two cores for the classification alone."""

    dimension: int = 256
    epochs: int = 2
    batch_size: int = 512
    learning_rate: float = 0.01
    scale: float = 10.0  # of the cosine in the loss (inverse temperature)
    ngram_dropout: float = 0.3
    minimum_texts: int = 2  # an n-gram must stand in so many texts to be in the vocabulary
    most_record_pairs: int = 60_000  # drawn from the agency's own records


def classification_pairs(occupations: pd.DataFrame, coded_titles: pd.DataFrame, seed: int) -> list[Pair]:
    """Pairs from the classification: names with aliases, definitions and tasks, and coded titles with names.

    `occupations` is laid out as `load_occupations`, `coded_titles` as `load_coded_titles`.
    """
    random = np.random.default_rng(seed)
    pairs: list[Pair] = []
    colloquial = colloquial_names()
    titles = coded_titles.groupby("code")["title"].apply(list).to_dict()
    for row in occupations.itertuples(index=False):
        name, definition = str(row.name), str(row.definition) or str(row.name)
        known_as = list(dict.fromkeys([name, *str(row.aliases).split("|"), *colloquial.get(str(row.code), [])]))
        tasks = [task.strip(" 。；") for task in re.split(r"\d+\.", str(row.tasks)) if len(task) > 4]
        for alias in known_as:
            pairs += [(alias, definition), (alias, str(random.choice(known_as)))]
            pairs += [(alias, name)] if alias != name else []
        pairs += [(str(random.choice(known_as)), task) for task in tasks]
        pairs += [(definition, task) for task in tasks[:3]]
        coded = titles.get(row.code, [])
        for title in coded:
            pairs += [(title, name), (title, definition), (title, str(random.choice(coded)))]
    return [(first, second) for first, second in pairs if first != second]


def record_pairs(vacancies: pd.DataFrame, seed: int, most: int) -> list[Pair]:
    """Pairs from the agency's own vacancies (a market table): titles with occupations and with duties.

    At most `most` pairs, drawn at random.
    """
    names = load_occupations()["name"]
    pairs: list[Pair] = []
    for title, occupation, description in zip(
        vacancies["title"], vacancies["occupation"], vacancies["description"], strict=True
    ):
        pairs += [(title, names[occupation])] if occupation >= 0 and names[occupation] != title else []
        pairs += [(title, duties(description))] if duties(description) else []
    distinct = list(dict.fromkeys(pairs))
    drawn = np.random.default_rng(seed).permutation(len(distinct))[:most]
    return [distinct[row] for row in sorted(drawn)]


def train_embedder(
    pairs: Sequence[Pair],
    *,
    seed: int,
    settings: EmbedderSettings | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SentenceTransformer:
    """Train a `NgramEncoder` on pairs of texts with in-batch negatives, in both directions.

    The loss is the library's MultipleNegativesRankingLoss (van den Oord et al. 2018, "InfoNCE"). The loop is
    ours, since SentenceTransformerTrainer needs `accelerate` and `datasets` for what are ten lines here and
    does not know sparse gradients, with which a step touches only the n-grams of its batch.

    The same pairs, settings and seed give the same model.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    from models.ngram_encoder import NgramEncoder, count_ngrams

    settings = settings or EmbedderSettings()
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    ngrams, weights = count_ngrams(list(dict.fromkeys(text for pair in pairs for text in pair)), settings.minimum_texts)
    encoder: NgramEncoder = NgramEncoder(ngrams, weights, settings.dimension)
    model = SentenceTransformer(modules=[encoder, Normalize()], device="cpu")
    loss_of = MultipleNegativesRankingLoss(
        model, scale=settings.scale, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
    )
    optimizer = torch.optim.SparseAdam([encoder.embedding.weight], lr=settings.learning_rate)
    steps_an_epoch = max(1, len(pairs) // settings.batch_size)
    steps = settings.epochs * steps_an_epoch
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.01, total_iters=steps)
    encoder.ngram_dropout = settings.ngram_dropout
    model.train()
    # A step is many small operations: threads would wait for each other at each, on a busy machine for minutes.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
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
        if on_progress is not None:
            on_progress(step + 1, steps)
    torch.set_num_threads(threads)
    encoder.ngram_dropout = 0.0
    model.eval()
    return model
