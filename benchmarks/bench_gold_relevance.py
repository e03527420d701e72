"""nDCG@10 of matching on judged pairs of real advertisements, beside character TF-IDF on the same pairs.

`python -m benchmarks.bench_gold_relevance [--data DIR] [--embedder PATH]`

Condensed lists: only judged pairs are ranked, since an unjudged pair is unknown. Gain 2^grade − 1. Hard rules put
failing pairs last. Seeker fields are the separately typed ones. 40 queries: intervals are paired bootstraps over them.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from data.columns import Records
from data.facts.conditions import find_conditions
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.market import Market, market_from_records
from data.reference.districts import find_district
from data.reference.occupations import load_coded_titles, load_occupations
from matching.eligibility import judge
from models.embedder import encode, load_embedder
from models.job_text import seeker_texts, vacancy_texts
from models.occupation_coder import build_occupation_coder, code_titles
from models.pair_features import pair_features
from models.ranker import prior_ranker
from models.train_embedder import classification_pairs, train_embedder

AS_OF = date(2020, 12, 15)  # the crawl
BASELINE = "TF-IDF: profile against title + industry"
Floats = npt.NDArray[np.floating[Any]]


def gold_market(folder: Path) -> tuple[Market, pd.DataFrame]:
    """The judged seekers and advertisements as a market, and the judgements with their market rows."""
    seekers = pd.read_csv(folder / "seekers_changchun.csv").fillna({"certificates": "", "needs": "", "skills": ""})
    vacancies = pd.read_csv(folder / "vacancies_changchun.csv").fillna(
        {"education": "", "benefits": "", "experience": "", "industry": "", "district": ""}
    )
    judged = pd.read_csv(folder / "qrels_changchun.tsv", sep="\t")
    coder = build_occupation_coder()
    first, last = pd.Timestamp("2020-12-01"), pd.Timestamp("2020-12-31")
    offered = [find_conditions(text) for text in vacancies["benefits"]]
    wanted = [find_conditions(text) for text in seekers["needs"]]
    certificates = [
        {"seeker_id": seeker, "credential_code": mention.code, "obtained_on": None, "expires_on": None}
        for seeker, text in zip(seekers["id"], seekers["certificates"], strict=True)
        for mention in find_credentials(text)
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
                "published_on": first, "valid_through": last, "status": "open", "source": "51job",
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
                "registered_on": first, "valid_through": last, "status": "open", "source": "gold",
                "is_synthetic": True,
            }
        ),
        seeker_credentials=pd.DataFrame(
            certificates, columns=["seeker_id", "credential_code", "obtained_on", "expires_on"]
        ),
    )  # fmt: skip
    market = market_from_records(records, AS_OF)
    judged["seeker"] = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(judged["seeker_id"]))
    judged["vacancy"] = pd.Index(market.vacancies["vacancy_id"]).get_indexer(pd.Index(judged["vacancy_id"]))
    return market, judged


def ndcg_at_10(score: Floats, grade: Floats) -> float:
    """nDCG@10 of one condensed list, gain 2^g − 1 (Burges et al. 2005); NaN without a relevant pair."""
    discount = 1 / np.log2(np.arange(2, 12))
    gain = 2.0 ** np.asarray(grade) - 1
    found, ideal = gain[np.argsort(-score, kind="stable")][:10], np.sort(gain)[::-1][:10]
    best = float(ideal @ discount[: len(ideal)])
    return float(found @ discount[: len(found)]) / best if best else float("nan")


def run(folder: Path, embedder_path: str | None) -> pd.DataFrame:
    """One row a system: nDCG@10 with and without hard rules, and its gain over the baseline with 95 % interval."""
    market, judged = gold_market(folder)
    pairs = [judged[name].to_numpy(np.int32) for name in ("seeker", "vacancy")]
    seekers, vacancies = market.seekers.iloc[pairs[0]], market.vacancies.iloc[pairs[1]]
    embedder = (
        load_embedder(embedder_path)
        if embedder_path
        else train_embedder(classification_pairs(load_occupations(), load_coded_titles(), 0), seed=0)
    )
    b = encode(embedder, vacancy_texts(market.vacancies))[pairs[1]]
    by_fields = np.sum(encode(embedder, seeker_texts(market.seekers, market.experience))[pairs[0]] * b, axis=1)
    by_profile = np.sum(encode(embedder, market.seekers["profile_text"].tolist())[pairs[0]] * b, axis=1)
    accept, hire = prior_ranker().predict(pair_features(market, pairs[0], pairs[1], by_fields.astype(np.float32)))
    systems: dict[str, Floats] = {
        BASELINE: _tfidf(seekers["profile_text"], vacancies["title"] + " " + vacancies["industry"], market),
        "TF-IDF: desired job against title": _tfidf(seekers["desired_title"], vacancies["title"], market),
        "embedder: profile text alone": by_profile,
        "embedder: typed fields": by_fields,
        "prior ranker: P(accept) × P(hire)": accept * hire,
    }
    fails = ~judge(market, pairs[0], pairs[1]).candidate
    grade = judged["grade"].to_numpy(float)
    groups = [np.asarray(rows) for rows in judged.groupby("seeker").indices.values()]
    base = np.array([ndcg_at_10(systems[BASELINE][rows], grade[rows]) for rows in groups])
    draws = np.random.default_rng(0).integers(0, len(groups), (2000, len(groups)))
    table = []
    for name, score in systems.items():
        for rules in (False, True):
            ranked = np.where(fails & rules, score - 1000, score)
            values = np.array([ndcg_at_10(ranked[rows], grade[rows]) for rows in groups])
            gains = np.nanmean((values - base)[draws], axis=1)
            low, high = np.quantile(gains, [0.025, 0.975])
            table.append(
                {
                    "system": name,
                    "hard rules": "yes" if rules else "no",
                    "nDCG@10": round(float(np.nanmean(values)), 3),
                    "gain over TF-IDF profile": f"{np.nanmean(values - base):+.3f} [{low:+.3f}, {high:+.3f}]",
                }
            )
    return pd.DataFrame(table)


def _tfidf(asked: pd.Series[str], offered: pd.Series[str], market: Market) -> Floats:
    corpus = market.vacancies["title"] + " " + market.vacancies["industry"]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit(corpus)
    product = vectorizer.transform(asked).multiply(vectorizer.transform(offered))
    return np.asarray(product.sum(axis=1)).ravel()


def main() -> None:
    from benchmarks.results import write_section

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--embedder")
    arguments = parser.parse_args()
    folder = arguments.data / "gold"
    if not folder.is_dir():
        raise SystemExit(f"no judgements in {folder}: give their folder with --data")
    write_section(
        "gold_relevance", "Relevance on judged pairs of real advertisements",
        "python -m benchmarks.bench_gold_relevance", run(folder, arguments.embedder),
        [
            "40 fictional profiles, 1,690 pairs graded by one language-model judge: good for steering only.",
            "Condensed lists, gain 2^g − 1; 95 % paired bootstrap over seekers. A difference below 0.04 is noise.",
            "Grades cap pairs that break a hard rule, so systems with rules gain by construction: both are shown.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
