"""A text encoder without downloaded weights: a weighted bag of character n-grams, as a sentence-transformers module."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save
from sentence_transformers.base.modules import InputModule
from torch import nn

_SEPARATOR = 0x10FFFF  # a code point that no text holds: n-grams never cross from one text into the next
_VOCABULARY_FILE, _WEIGHTS_FILE = "ngrams.json", "model.safetensors"


class NgramEncoder(InputModule):
    """Sum of the embeddings of a text's character 1- and 2-grams, each weighted by inverse document frequency.

    Unknown n-grams are passed over. Text is lower-cased; nothing else is normalised. The vectors are not
    of unit length: a Normalize module follows.

    Parameters
    ----------
    ngrams
        The vocabulary; rows of the embedding are in its order.
    weights
        float32 of shape (number of n-grams,): inverse document frequencies.
    dimension
        Length of a vector.
    """

    save_in_root = False

    def __init__(self, ngrams: Sequence[str], weights: npt.NDArray[np.float32], dimension: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ngrams = list(ngrams)
        self.dimension = dimension
        self.ngram_dropout = 0.0  # share of n-grams passed over while training
        self.embedding = nn.EmbeddingBag(len(self.ngrams), dimension, mode="sum", sparse=True)
        self.initialise()
        self.register_buffer("weights", torch.from_numpy(np.asarray(weights, dtype=np.float32)))
        keys = np.array([_key(ngram) for ngram in self.ngrams], dtype=np.uint64)
        self._row_of_key = np.argsort(keys, kind="stable")
        self._keys = keys[self._row_of_key]

    @classmethod
    def of_table(cls, ngrams: Sequence[str], weights: npt.NDArray[np.float32], table: npt.NDArray[np.float32]) -> Self:
        """The encoder whose n-gram vectors are the rows of `table`, float32 of shape (number of n-grams, dimension)."""
        encoder = cls(ngrams, weights, table.shape[1])
        encoder.embedding.weight.data.copy_(torch.from_numpy(np.ascontiguousarray(table, dtype=np.float32)))
        return encoder.eval()

    @property
    def table(self) -> npt.NDArray[np.float32]:
        """The n-gram vectors, float32 of shape (number of n-grams, dimension)."""
        return np.asarray(self.embedding.weight.detach().numpy())

    def initialise(self) -> None:
        """Random vectors of about unit length, by torch's generator."""
        nn.init.normal_(self.embedding.weight, std=self.dimension**-0.5)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor | Any]:
        """N-gram rows of all texts one after the other (int64), and where each text begins (int64)."""
        texts = [(prompt or "") + str(text) for text in inputs]
        rows, offsets = self.rows_of(texts)
        return {"input_ids": torch.from_numpy(rows), "offsets": torch.from_numpy(offsets)}

    def rows_of(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of the known n-grams of all texts, text by text, and the offset of each text in them."""
        keys, owners = ngram_keys(texts)
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        known = self._keys[at] == keys if len(self._keys) else np.zeros(len(keys), dtype=bool)
        counts = np.bincount(owners[known], minlength=len(texts))
        offsets = np.zeros(len(texts), dtype=np.int64)
        np.cumsum(counts[:-1], out=offsets[1:])
        return self._row_of_key[at[known]], offsets

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Add `sentence_embedding`, float32 of shape (number of texts, dimension)."""
        rows = features["input_ids"]
        weights = self.weights[rows]
        if self.training and self.ngram_dropout:
            weights = weights * (torch.rand(len(weights)) >= self.ngram_dropout)
        features["sentence_embedding"] = self.embedding(rows, features["offsets"], per_sample_weights=weights)
        return features

    @property
    def max_seq_length(self) -> int | None:
        """Texts of any length are read whole."""
        return None

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self.dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write vocabulary and weights into the folder `output_path`."""
        vocabulary = {"dimension": self.dimension, "ngrams": self.ngrams}
        Path(output_path, _VOCABULARY_FILE).write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        # As bytes: a full disk is then an OSError like any other.
        Path(output_path, _WEIGHTS_FILE).write_bytes(save(self.state_dict()))

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *_: Any, **__: Any) -> Self:
        """Read what `save` wrote."""
        folder = Path(model_name_or_path, subfolder)
        vocabulary = json.loads((folder / _VOCABULARY_FILE).read_text(encoding="utf-8"))
        state = load_file(folder / _WEIGHTS_FILE)
        encoder = cls(vocabulary["ngrams"], state["weights"].numpy(), vocabulary["dimension"])
        encoder.load_state_dict(state)
        return encoder


def ngram_keys(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Keys of all character 1- and 2-grams of all texts, text by text, and the text that each belongs to.

    The key of a single character is its code point; of two, the first shifted by 21 bits plus the second
    (code points have 21 bits).
    """
    separator = chr(_SEPARATOR)
    joined = separator.join(text.lower().replace(separator, "") for text in texts) + separator
    points = np.frombuffer(joined.encode("utf-32-le", errors="replace"), dtype=np.uint32).astype(np.uint64)
    is_text = points != _SEPARATOR
    owner = np.cumsum(~is_text) - ~is_text
    pairs = (points[:-1] << np.uint64(21)) | points[1:]
    in_pair = is_text[:-1] & is_text[1:]
    keys = np.concatenate([points[is_text], pairs[in_pair]])
    owners = np.concatenate([owner[is_text], owner[:-1][in_pair]])
    order = np.argsort(owners, kind="stable")
    return keys[order], owners[order]


def count_ngrams(texts: Sequence[str], minimum: int) -> tuple[list[str], npt.NDArray[np.float32]]:
    """N-grams that stand in at least `minimum` texts, and their inverse document frequencies.

    idf = ln((1 + n) / (1 + df)) + 1, the smoothed form of scikit-learn's TfidfTransformer.
    """
    frequency: Counter[int] = Counter()
    for start in range(0, len(texts), 50_000):
        keys, owners = ngram_keys(texts[start : start + 50_000])
        once = np.unique(np.stack([owners.astype(np.uint64), keys]), axis=1)[1]
        values, counts = np.unique(once, return_counts=True)
        frequency.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
    kept = sorted(key for key, count in frequency.items() if count >= minimum)
    weights = np.log((1 + len(texts)) / (1 + np.array([frequency[key] for key in kept]))) + 1
    return [_ngram(key) for key in kept], weights.astype(np.float32)


def _key(ngram: str) -> int:
    return ord(ngram) if len(ngram) == 1 else (ord(ngram[0]) << 21) | ord(ngram[1])


def _ngram(key: int) -> str:
    return chr(key) if key < 1 << 21 else chr(key >> 21) + chr(key & ((1 << 21) - 1))
