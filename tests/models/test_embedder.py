"""The default embedder: trained from nothing, saved and loaded as a SentenceTransformer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from transformers import BertConfig, BertModel, BertTokenizer

from data.errors import UnavailableError
from models.embedder import encode, load_embedder
from models.ngram_encoder import NgramEncoder, count_ngrams, ngram_keys
from models.train_embedder import EmbedderSettings, train_embedder

PAIRS = [
    ("电焊工", "操作焊机焊接金属工件"), ("二保焊", "操作焊机焊接金属工件"), ("厨师", "在厨房烹制菜肴"),
    ("炒菜师傅", "在厨房烹制菜肴"), ("保安", "看守大门巡逻执勤"), ("门卫", "看守大门巡逻执勤"),
    ("叉车司机", "驾驶叉车装卸货物"), ("铲车司机", "驾驶装载机装卸物料"),
] * 20  # fmt: skip
SETTINGS = EmbedderSettings(members=2, member_dimension=12, dimension=16, epochs=3, batch_size=16, minimum_texts=1)


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformer:
    return train_embedder(lambda _: PAIRS, seed=1, settings=SETTINGS)


def test_it_learns_that_different_words_mean_the_same_work(embedder: SentenceTransformer) -> None:
    cook, wok, guard = encode(embedder, ["厨师", "炒菜师傅", "保安"])
    assert cook @ wok > cook @ guard


def test_vectors_have_unit_length_and_unknown_text_is_zero(embedder: SentenceTransformer) -> None:
    vectors = encode(embedder, ["厨师", "", "xyz"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0], abs=1e-6)
    assert encode(embedder, []).shape == (0, 16)


def test_a_device_changes_nothing_but_where_it_is_computed(embedder: SentenceTransformer) -> None:
    assert (encode(embedder, ["厨师"], device="cpu") == encode(embedder, ["厨师"])).all()
    with pytest.raises(UnavailableError, match="no CUDA device cuda:99"):
        encode(embedder, ["厨师"], device="cuda:99")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_embeds_alike(embedder: SentenceTransformer) -> None:
    assert encode(embedder, ["厨师"], device="cuda") == pytest.approx(encode(embedder, ["厨师"]), abs=1e-5)


def test_the_same_seed_trains_the_same_model(embedder: SentenceTransformer) -> None:
    again = train_embedder(lambda _: PAIRS, seed=1, settings=SETTINGS)
    other = train_embedder(lambda _: PAIRS, seed=2, settings=SETTINGS)
    assert (encode(again, ["厨师"]) == encode(embedder, ["厨师"])).all()
    assert (encode(other, ["厨师"]) != encode(embedder, ["厨师"])).any()


def test_loaded_equals_saved(embedder: SentenceTransformer, tmp_path: Path) -> None:
    texts = ["厨师", "二保焊", "没有见过的词"]
    embedder.save(str(tmp_path / "model"), create_model_card=False)
    loaded = load_embedder(str(tmp_path / "model"))
    assert isinstance(loaded, SentenceTransformer)
    assert (encode(loaded, texts) == encode(embedder, texts)).all()


def test_one_text_is_encoded_as_in_a_batch(embedder: SentenceTransformer) -> None:
    texts = ["厨师", "二保焊", "叉车司机", ""]
    together = encode(embedder, texts)
    alone = np.concatenate([encode(embedder, [text]) for text in texts])
    assert (together == alone).all()


def test_a_missing_model_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="zhuye train"):
        load_embedder(str(tmp_path / "none"))


def test_a_damaged_model_is_told_in_words(embedder: SentenceTransformer, tmp_path: Path) -> None:
    embedder.save(str(tmp_path / "model"), create_model_card=False)
    next((tmp_path / "model").glob("*/ngrams.json")).write_text("{", encoding="utf-8")
    with pytest.raises(UnavailableError, match="cannot be loaded"):
        load_embedder(str(tmp_path / "model"))


def test_ngrams_do_not_cross_texts() -> None:
    ngrams, _ = count_ngrams(["保安", "厨师"], minimum=1)
    assert set(ngrams) == {"保", "安", "保安", "厨", "师", "厨师"}


def test_frequent_ngrams_weigh_less() -> None:
    ngrams, weights = count_ngrams(["电工", "焊工", "木工"], minimum=1)
    weight = dict(zip(ngrams, weights, strict=True))
    assert weight["工"] == pytest.approx(1)  # in every text: ln(4 / 4) + 1
    assert weight["电"] == pytest.approx(np.log(4 / 2) + 1)


@given(st.lists(st.text(max_size=12), max_size=6))
@settings(max_examples=50)
def test_keys_are_those_of_a_plain_loop(texts: list[str]) -> None:
    keys, owners = ngram_keys(texts)
    expected = []
    for owner, text in enumerate(texts):
        points = [ord(c) for c in text.lower().encode("utf-32-le", "replace").decode("utf-32-le")]
        points = [p for p in points if p != 0x10FFFF]
        expected += [(owner, p) for p in points]
        expected += [(owner, (a << 21) | b) for a, b in pairwise(points)]
    assert sorted(zip(owners.tolist(), keys.tolist(), strict=True)) == sorted(expected)


def test_rows_of_an_encoder_are_those_of_its_vocabulary() -> None:
    encoder = NgramEncoder(["工", "电", "电工"], np.ones(3, np.float32), 4)
    rows, offsets = encoder.rows_of(["电工", "", "工人"])
    assert sorted(rows[:3].tolist()) == [0, 1, 2]
    assert rows[3:].tolist() == [0]
    assert offsets.tolist() == [0, 3, 3]


def test_a_transformer_by_its_folder_works_the_same_way(tmp_path: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"电焊工厨师保安"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(1)
    BertModel(
        BertConfig(
            vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
        )
    ).save_pretrained(tmp_path / "bert")
    BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    model = load_embedder(str(tmp_path / "bert"))
    together = encode(model, ["电焊工", "厨师", "保安工"])
    assert together.shape == (3, 16)
    assert np.linalg.norm(together, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert encode(model, ["厨师"])[0] == pytest.approx(together[1], abs=1e-5)  # padding beside longer texts is not read
    assert abs(float(together[0] @ together[1])) < 0.999


def test_any_other_sentence_transformers_model_works_the_same_way(tmp_path: Path) -> None:
    characters = {character: row for row, character in enumerate("电焊工厨师保安")}
    tokenizer = Tokenizer(WordLevel({**characters, "?": len(characters)}, unk_token="?"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    weights = np.random.default_rng(1).normal(size=(len(characters) + 1, 6)).astype(np.float32)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(
        str(tmp_path / "other"), create_model_card=False
    )
    vectors = encode(load_embedder(str(tmp_path / "other")), ["电焊工", "厨师"])
    expected = weights[[0, 1, 2]].mean(axis=0)
    assert vectors[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert vectors.shape == (2, 6)
