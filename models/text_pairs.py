"""Pairs of texts that mean the same work: what the embedder learns from.

Three sources: the occupational classification (names, definitions, tasks), how people talk about work
(`data.reference.job_language`), and the agency's own vacancies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.reference.job_language import load_everyday_titles, load_synonyms, names_in_use
from data.reference.occupations import load_coded_titles, load_occupations
from data.reference.trades import load_trades
from models.job_text import duties

Pair = tuple[str, str]
"""Two texts that mean the same work."""

_SIBLING_TITLES = 4  # other titles of its row that an everyday title is paired with
_TASKS_OF_A_DEFINITION = 3


@dataclass(frozen=True)
class PairSources:
    """What pairs are drawn from; each member of an ensemble draws its own.

    `record_pairs` are given as they are; all else is drawn from our reference tables.
    """

    record_pairs: tuple[Pair, ...] = ()

    def draw(self, member: int) -> list[Pair]:
        """Pairs for one member; odd members also see titles with words replaced by synonyms.

        Some members learn from what people say, others also from what they could say: together they rank better
        than either kind (docs/decisions/0007).
        """
        random = np.random.default_rng(member)
        pairs = [*_classification_pairs(random), *_everyday_pairs(random)]
        pairs += _synonym_pairs(random)
        if member % 2:
            pairs += _substituted_pairs(random, _all_titles())
        return [(first, second) for first, second in [*pairs, *self.record_pairs] if first != second]


def record_pairs(vacancies: pd.DataFrame, seed: int, most: int) -> tuple[Pair, ...]:
    """Pairs from the agency's own vacancies (a market table): titles with occupations and with duties.

    At most `most` pairs, drawn at random.
    """
    names = load_occupations()["name"]
    pairs: list[Pair] = []
    for title, occupation, description in zip(
        vacancies["title"], vacancies["occupation"], vacancies["description"], strict=True
    ):
        pairs += [(title, names[occupation])] if occupation >= 0 else []
        pairs += [(title, duties(description))] if duties(description) else []
    distinct = list(dict.fromkeys(pairs))
    drawn = np.random.default_rng(seed).permutation(len(distinct))[:most]
    return tuple(distinct[row] for row in sorted(drawn))


def _classification_pairs(random: np.random.Generator) -> list[Pair]:
    """Names with aliases, definitions and tasks; coded titles with names and with each other."""
    pairs: list[Pair] = []
    coded_titles = load_coded_titles().groupby("code")["title"].apply(list).to_dict()
    for row in load_occupations().itertuples(index=False):
        name, definition = str(row.name), str(row.definition) or str(row.name)
        known_as = list(dict.fromkeys([name, *filter(None, str(row.aliases).split("|"))]))
        tasks = [task.strip(" 。；") for task in re.split(r"\d+\.", str(row.tasks)) if len(task) > 4]
        for alias in known_as:
            pairs += [(alias, definition), (alias, _one_of(random, known_as)), (alias, name)]
        pairs += [(_one_of(random, known_as), task) for task in tasks]
        pairs += [(definition, task) for task in tasks[:_TASKS_OF_A_DEFINITION]]
        coded = coded_titles.get(row.code, [])
        for title in coded:
            pairs += [(title, name), (title, definition), (title, _one_of(random, coded))]
    return pairs


def _everyday_pairs(random: np.random.Generator) -> list[Pair]:
    """Everyday titles with each other, with the official name and definition, and with the words of the work."""
    occupations = load_occupations()
    official = dict(zip(occupations["code"], occupations["name"].astype(str), strict=True))
    definitions = dict(zip(occupations["code"], occupations["definition"].astype(str), strict=True))
    trades = load_trades()
    pairs: list[Pair] = []
    for row in load_everyday_titles().itertuples(index=False):
        name, definition = official[row.occupation_code], definitions[row.occupation_code]
        titles, words = str(row.titles).split("|"), str(row.words).split("、")
        for title in titles:
            others = [other for other in titles if other != title]
            pairs += [(title, str(other)) for other in random.permutation(others)[:_SIBLING_TITLES]]
            pairs += [(title, name), (title, "、".join(random.permutation(words)[:3]))]
            pairs += [(title, definition)] if definition else []
        pairs += [(word, _one_of(random, titles)) for word in words]
    for code, names in zip(trades["occupation_code"], trades["titles"] + "|" + trades["desired_words"], strict=True):
        pairs += [(name, official[code]) for name in names.split("|") if name]
    return pairs


def _synonym_pairs(random: np.random.Generator) -> list[Pair]:
    return [
        (word, _one_of(random, [other for other in group if other != word]))
        for group in load_synonyms()
        for word in group
    ]


def _substituted_pairs(random: np.random.Generator, titles: Iterable[str]) -> list[Pair]:
    """Each title that holds a word with synonyms, beside itself with one such word replaced."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for group in load_synonyms():
        for word in group:
            if len(word) > 1:  # single characters stand in too many other words
                groups.setdefault(word.lower(), []).append(tuple(other for other in group if other != word))
    known = re.compile("|".join(re.escape(word) for word in sorted(groups, key=len, reverse=True)))
    pairs: list[Pair] = []
    for title in titles:
        found = list(known.finditer(title.lower()))
        if not found or len(title.lower()) != len(title):
            continue
        chosen = found[int(random.integers(len(found)))]
        choices = groups[chosen.group()]
        other = _one_of(random, choices[int(random.integers(len(choices)))])
        pairs.append((title, title[: chosen.start()] + other + title[chosen.end() :]))
    return pairs


def _all_titles() -> list[str]:
    """Every title of the reference tables once, in a fixed order."""
    occupations = load_occupations()
    official = [name for names in occupations["name"] + "|" + occupations["aliases"] for name in names.split("|")]
    everyday = [name for names in names_in_use().values() for name in names]
    return list(dict.fromkeys(filter(None, [*official, *everyday, *load_coded_titles()["title"]])))


def _one_of(random: np.random.Generator, choices: Sequence[str]) -> str:
    return str(choices[int(random.integers(len(choices)))])
