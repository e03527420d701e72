"""nDCG@10 of matching on judged pairs of real advertisements, beside character TF-IDF on the same pairs.

`python -m benchmarks.bench_gold_relevance [--data DIR] [--embedder PATH]`

Condensed lists: only judged pairs are ranked, since an unjudged pair is unknown. Gain 2^grade − 1. Hard rules put
failing pairs last. Seeker fields are the separately typed ones, but in the last system. Intervals are paired
bootstraps over the 40 seekers, p-values of the paired randomisation test, corrected within each column (Holm).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from benchmarks.default_models import default_coder, default_embedder
from benchmarks.results import data_folder, write_section
from data.columns import Records
from data.facts.conditions import find_conditions
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.languages import languages_of_title
from data.market import Market, market_from_records
from data.reference.districts import find_district
from evaluation.ranking.judged_lists import JudgedLists
from evaluation.ranking.measures import bpref, ndcg
from evaluation.ranking.query_values import QueryValues, values_by_query
from evaluation.ranking.ranking_comparison import compare_rankers
from evaluation.refusal import Refusal
from matching.eligibility import judge
from models.embedder import encode
from models.fused_similarity import words_and_characters
from models.job_text import seeker_texts, vacancy_texts
from models.occupation_coder import code_titles
from models.pair_features import pair_features
from models.profile_reader import read_profile
from models.ranker import prior_ranker

AS_OF = date(2020, 12, 15)  # the crawl
OURS = "prior ranker: typed fields"
PROFILE_ALONE = "prior ranker: profile text alone, read by our reader"
BASELINE = "TF-IDF: profile against title + industry"
FLOOR = "TF-IDF: sum of both, filtered by schooling, pay and place (published floor)"
Floats = npt.NDArray[np.floating[Any]]


def gold_market(folder: Path) -> tuple[Market, pd.DataFrame]:
    """The judged seekers and advertisements as a market, and the judgements with their market rows."""
    seekers = pd.read_csv(folder / "seekers_changchun.csv").fillna({"certificates": "", "needs": "", "skills": ""})
    vacancies = pd.read_csv(folder / "vacancies_changchun.csv").fillna(
        {"education": "", "benefits": "", "experience": "", "industry": "", "district": ""}
    )
    judged = pd.read_csv(folder / "qrels_changchun.tsv", sep="\t")
    coder = default_coder()
    first, last = pd.Timestamp("2020-12-01"), pd.Timestamp("2020-12-31")
    offered = [find_conditions(text) for text in vacancies["benefits"]]
    wanted = [find_conditions(text) for text in seekers["needs"]]
    certificates = [
        {"seeker_id": seeker, "credential_code": mention.code, "obtained_on": None, "expires_on": None}
        for seeker, text in zip(seekers["id"], seekers["certificates"], strict=True)
        for mention in find_credentials(text)
    ]
    required = [
        {"vacancy_id": vacancy, "credential_code": code}
        for vacancy, title in zip(vacancies["id"], vacancies["title"], strict=True)
        for code in dict.fromkeys((*(m.code for m in find_credentials(title)), *languages_of_title(title)))
    ]
    records = Records.of(
        employers=pd.DataFrame(
            {
                "employer_id": vacancies["id"], "name": vacancies["company"].fillna("?"), "employer_type": None,
                "industry": vacancies["industry"], "size_band": None, "credit_code": None, "is_synthetic": False,
            }
        ),
        vacancies=pd.DataFrame(
            {
                "vacancy_id": vacancies["id"], "employer_id": vacancies["id"], "title": vacancies["title"],
                "description": "",
                "occupation_code": code_titles(coder, vacancies["title"].tolist())["occupation_code"],
                "occupation_confidence": None, "headcount": None,
                "education_min": [find_education(text) for text in vacancies["education"]],
                "experience_min_years": [find_experience_years(text) for text in vacancies["experience"]],
                "wage_min_cny_month": vacancies["pay_min_month"], "wage_max_cny_month": vacancies["pay_max_month"],
                "wage_negotiable": False, "night_work": [c.night_work for c in offered],
                "shift_work": [c.shift_work for c in offered], "board_offered": [c.board_offered for c in offered],
                "lodging_offered": [c.lodging_offered for c in offered],
                "district_code": [find_district(text) for text in vacancies["district"]],
                "longitude": None, "latitude": None, "minimum_age_years": 16, "veterans_preferred": False,
                "published_on": first, "valid_through": last, "status": "open", "closed_on": None, "source": "51job",
                "is_synthetic": False,
            }
        ),
        seekers=pd.DataFrame(
            {
                "seeker_id": seekers["id"], "profile_text": seekers["profile_text"],
                "desired_title": seekers["desired_job"],
                "desired_occupation_code": code_titles(coder, seekers["desired_job"].fillna("").tolist())[
                    "occupation_code"
                ],
                "birth_date": None, "education_level": [find_education(text) for text in seekers["education"]],
                "major": seekers["major"], "skills": seekers["skills"], "experience_years": None,
                "wage_min_cny_month": seekers["wage_floor"], "accepts_night_work": None, "accepts_shift_work": None,
                "needs_board": [c.board_offered for c in wanted], "needs_lodging": [c.lodging_offered for c in wanted],
                "will_relocate": [c.lodging_offered for c in wanted],
                "district_code": [find_district(text) for text in seekers["district"]], "longitude": None,
                "latitude": None, "commute_limit_km": seekers["max_commute_km"], "credentials_complete": True,
                "registered_on": first, "valid_through": last, "status": "open", "closed_on": None, "source": "gold",
                "is_synthetic": True,
            }
        ),
        vacancy_credentials=pd.DataFrame(required, columns=["vacancy_id", "credential_code"]),
        seeker_credentials=pd.DataFrame(
            certificates, columns=["seeker_id", "credential_code", "obtained_on", "expires_on"]
        ),
    )  # fmt: skip
    market = market_from_records(records, AS_OF)
    judged["seeker"] = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(judged["seeker_id"]))
    judged["vacancy"] = pd.Index(market.vacancies["vacancy_id"]).get_indexer(pd.Index(judged["vacancy_id"]))
    return market, judged


def run(folder: Path, embedder_path: str | None) -> pd.DataFrame:
    """One row a system, with and without hard rules: nDCG@10, gain over the baseline, and what ours gains over it."""
    market, judged = gold_market(folder)
    pairs = [judged[name].to_numpy(np.int32) for name in ("seeker", "vacancy")]
    seekers, vacancies = market.seekers.iloc[pairs[0]], market.vacancies.iloc[pairs[1]]
    embedder, _ = default_embedder(embedder_path)
    b = encode(embedder, vacancy_texts(market.vacancies))[pairs[1]]
    by_fields = np.sum(encode(embedder, seeker_texts(market.seekers, market.experience))[pairs[0]] * b, axis=1)
    by_profile = np.sum(encode(embedder, market.seekers["profile_text"].tolist())[pairs[0]] * b, axis=1)
    accept, hire = prior_ranker().predict(pair_features(market, pairs[0], pairs[1], by_fields.astype(np.float32)))
    read = _read_from_text(market)
    by_reading = np.sum(encode(embedder, seeker_texts(read.seekers, read.experience))[pairs[0]] * b, axis=1)
    read_accept, read_hire = prior_ranker().predict(
        pair_features(read, pairs[0], pairs[1], by_reading.astype(np.float32))
    )
    wish = _tfidf(seekers["desired_title"], vacancies["title"], market)
    words = _tfidf(seekers["profile_text"], vacancies["title"] + " " + vacancies["industry"], market)
    systems: dict[str, Floats] = {
        "chance": np.random.default_rng(0).random(len(judged)),
        BASELINE: words,
        "TF-IDF: desired job against title": wish,
        "BM25: profile against title + industry": _bm25(
            seekers["profile_text"], vacancies["title"] + " " + vacancies["industry"], market
        ),
        FLOOR: wish + words - 10 * _plainly_unfit(seekers, vacancies),
        "embedder: profile text alone": by_profile,
        "embedder: typed fields": by_fields,
        OURS: accept * hire,
        PROFILE_ALONE: read_accept * read_hire,
    }
    fails = ~judge(market, pairs[0], pairs[1]).candidate
    fails_as_read = ~judge(read, pairs[0], pairs[1]).candidate
    scores = {
        (name, rules): np.where((fails_as_read if name == PROFILE_ALONE else fails) & rules, score - 1000, score)
        for name, score in systems.items()
        for rules in (False, True)
    }
    lists = JudgedLists(
        judged["seeker"].to_numpy(np.int64), judged["vacancy"].to_numpy(np.int64), judged["grade"].to_numpy(np.int64),
        {_name(*key): score.astype(np.float64) for key, score in scores.items()},
    )  # fmt: skip
    mean = np.nanmean(values_by_query(lists, [ndcg(10), bpref(relevant_from=2)], seed=0).value, axis=2)
    values = values_by_query(lists, [ndcg(10)], seed=0)
    less = _differences(values, _name(BASELINE, False), [_name(*key) for key in scores if key != (BASELINE, False)])
    ahead = _differences(values, _name(OURS, True), [_name(*key) for key in scores if key[1] and key[0] != OURS])
    return pd.DataFrame(
        [
            {
                "system": name,
                "hard rules": "yes" if rules else "no",
                "nDCG@10": f"{quality:.3f}",
                "bpref": f"{preferred:.3f}",
                "gain over TF-IDF profile": _shown(less.get(_name(name, rules)), sign=-1),
                "ours with rules gains": _shown(ahead.get(_name(name, rules)), sign=1),
            }
            for (name, rules), (quality, preferred) in zip(scores, mean, strict=True)
        ]
    )


def _name(system: str, rules: bool) -> str:
    return f"{system}, rules" if rules else system


def _differences(values: QueryValues, ranker: str, others: list[str]) -> dict[str, dict[str, float]]:
    found = compare_rankers(values, ranker, seed=0, against=others)
    if isinstance(found, Refusal):
        raise SystemExit(found.en)
    return {str(row["against"]): row for row in found.to_dict("records")}


def _shown(row: dict[str, float] | None, *, sign: int) -> str:
    if row is None:
        return ""
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return f"{sign * row['difference']:+.3f} [{low:+.3f}, {high:+.3f}], p {row['p_holm']:.4f}"


def _plainly_unfit(seekers: pd.DataFrame, vacancies: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """The filters of the published floor: schooling too low, pay below 0.8 × the floor, or no place stated."""
    education, required = (table.to_numpy() for table in (seekers["education_level"], vacancies["education_min"]))
    too_little = vacancies["wage_max"].to_numpy() < 0.8 * seekers["wage_min"].to_numpy()
    return np.asarray((required > education) | too_little | (vacancies["district"].to_numpy() < 0))


def _read_from_text(market: Market) -> Market:
    """The same advertisements with the seekers as our reader understands their texts, in the same order."""
    coder = default_coder()
    people = [
        read_profile(text, coder).records(str(seeker_id), AS_OF)
        for seeker_id, text in market.seekers[["seeker_id", "profile_text"]].itertuples(index=False)
    ]
    tables = ("seekers", "seeker_experience", "seeker_credentials", "seeker_groups")
    merged = {
        name: pd.concat(filled, ignore_index=True)
        for name in tables
        if (filled := [table for person in people if len(table := getattr(person, name))])
    }
    return market.with_seekers_of(market_from_records(Records.of(**merged), AS_OF))


def _tfidf(asked: pd.Series[str], offered: pd.Series[str], market: Market) -> Floats:
    corpus = market.vacancies["title"] + " " + market.vacancies["industry"]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit(corpus)
    product = vectorizer.transform(asked).multiply(vectorizer.transform(offered))
    return np.asarray(product.sum(axis=1)).ravel()


def _bm25(asked: pd.Series[str], offered: pd.Series[str], market: Market, k1: float = 1.5, b: float = 0.75) -> Floats:
    """Okapi BM25 (Robertson & Zaragoza 2009) of each pair, over characters and words."""
    counts = CountVectorizer(analyzer=words_and_characters)
    corpus = counts.fit_transform(market.vacancies["title"] + " " + market.vacancies["industry"])
    holding = np.asarray((corpus > 0).sum(axis=0)).ravel()
    idf = np.log(1 + (corpus.shape[0] - holding + 0.5) / (holding + 0.5))
    found = counts.transform(offered).astype(float)
    length = np.asarray(found.sum(axis=1)).ravel()
    norm = k1 * (1 - b + b * length / corpus.sum(axis=1).mean())
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    found.data = idf[found.indices] * found.data * (k1 + 1) / (found.data + norm[rows])
    return np.asarray((counts.transform(asked) > 0).multiply(found).sum(axis=1)).ravel()


def main() -> None:
    folder, arguments = data_folder(__doc__, "gold")
    write_section(
        "gold_relevance", "Relevance on judged pairs of real advertisements",
        "python -m benchmarks.bench_gold_relevance", run(folder, arguments.embedder),
        [
            "40 fictional profiles, 1,690 pairs graded by one language-model judge: good for steering only.",
            "Condensed lists, gain 2^g − 1; 95 % paired bootstrap over seekers; p of the paired randomisation test, "
            "corrected for all comparisons of its column (Holm). Ties by lot, a hundred lots.",
            "Ours with rules gains: the prior ranker on typed fields under hard rules less each peer under the same.",
            "bpref: relevant is grade 2 and above. Chance is one shuffle; its mean over many is 0.33.",
            "The ranker is the documented prior: no outcome and none of these judgements trained it. Its design (ranks "
            "of titles, languages in titles, places known by district, coefficients of pay and of an unnamed place) "
            "was chosen on these 40 profiles, which the intervals do not allow for.",
            "TF-IDF and BM25 read title and industry; the embedder also the name of the coded occupation.",
            "Grades cap pairs that break a hard rule, so systems with rules gain by construction: both are shown.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
