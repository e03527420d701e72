"""Layouts of what an assessment says. Rows of people, vacancies and posts are those of the planned market."""

from __future__ import annotations

from data.columns import TEXT, Column, Table

_POST = Column("int32", "number of the post, from 0, in the order of the file", low=0)
_PLACEMENTS = Column("float64", "expected placements", low=0)
_CHANGE = Column("float64", "with the project less without")
_PRICE = Column("float64", "probability of success above which one more referral is worth making, 0 to 1", low=0)
_OPENINGS = Column("int64", "openings", low=0)

POSTS = Table(
    "project_posts",
    {
        "post": _POST,
        "post_title": Column(TEXT, "title"),
        "occupation": Column(TEXT, "four-part code; empty: unknown"),
        "starts_on": Column("datetime64[s]", "day from which people are needed"),
        "headcount": Column("int64", "openings", low=1),
        "fitting": Column("int64", "seekers of today whom no rule forbids", low=0),
        "referred": Column("int64", "people referred", low=0),
        "expected": _PLACEMENTS,
        "by_training": Column("float64", "openings that training in time could fill besides", low=0),
        "left": Column("float64", "openings that neither fills", low=0),
        "had_other_work": Column("float64", "of the expected placements, people placed without the project too", low=0),
        "price": _PRICE,
        "of_the_trade": Column("int64", "seekers who want or did work of the post's minor group", low=0),
    },
)

ORIGINS = Table(
    "project_origins",
    {
        "dimension": Column(TEXT, "what people are told apart by", codes=frozenset({"district", "group"})),
        "code": Column(TEXT, "division code, or group; empty: not known; other: in no group"),
        "people": Column("int64", "people referred to the project", low=0),
        "expected": _PLACEMENTS,
    },
)

BARRIERS = Table(
    "project_barriers",
    {
        "post": _POST,
        "rule": Column(TEXT, "the only rule that keeps them out, or 'several'"),
        "people": Column("int64", "seekers of the post's trade", low=1),
        "middle": Column("float64", "of pay: the median that they ask, CNY/month; else NaN", nullable=True),
    },
)
"""Why people of the trade do not fit, most first."""

LACKS = Table(
    "project_lacks",
    {
        "post": _POST,
        "lacks_zh": Column(TEXT, "what is lacking, and nothing else"),
        "lacks_en": Column(TEXT, "what is lacking, and nothing else"),
        "people": Column("int64", "seekers who would fit with it", low=1),
        "course": Column(
            TEXT, "whether a course gives it",
            codes=frozenset({"in_time", "too_late", "no_course", "in_part"}),
        ),
    },
)  # fmt: skip

TRAINING = Table(
    "project_training",
    {
        "post": _POST,
        "lacks_zh": Column(TEXT, "what is lacking"),
        "lacks_en": Column(TEXT, "what is lacking"),
        "course_id": Column(TEXT, "courses.course_id"),
        "course_title": Column(TEXT, "title"),
        "provider": Column(TEXT, "training institution"),
        "first_course_id": Column(TEXT, "course to take before it; empty: none"),
        "begins_on": Column("datetime64[s]", "first day of the run"),
        "ends_on": Column("datetime64[s]", "last day of the run"),
        "seats": Column("int64", "seats of the run", low=0),
        "trainees": Column("int64", "people to train for the post", low=1),
        "expected": _PLACEMENTS,
    },
)

OCCUPATIONS = Table(
    "project_occupations",
    {
        "occupation": Column(TEXT, "minor group of the 2022 classification; empty: unknown"),
        "openings": _OPENINGS,
        "placements_before": _PLACEMENTS,
        "placements_after": _PLACEMENTS,
        "change": _CHANGE,
        "price_before": _PRICE,
        "price_after": _PRICE,
    },
)
"""Other employers' vacancies by occupation; prices are means over openings. What changed most first."""

EMPLOYERS = Table(
    "project_employers",
    {
        "employer_id": Column(TEXT, "employers.employer_id"),
        "employer": Column(TEXT, "name"),
        **{name: column for name, column in OCCUPATIONS.columns.items() if name != "occupation"},
    },
)
