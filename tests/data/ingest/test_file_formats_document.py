"""docs/file-formats.md describes every column that the readers know, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from data.ingest.project_file import PROJECT_FIELDS
from data.ingest.template import FIELDS_OF_KIND

DOCUMENT = Path(__file__).parents[3] / "docs" / "file-formats.md"


def test_every_column_is_described_as_it_is_read() -> None:
    sections = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    of_kind = {section.split("\n")[0].split()[-1]: section for section in sections}
    for kind, fields in (FIELDS_OF_KIND | {"projects": PROJECT_FIELDS}).items():
        rows = re.findall(r"^\| (\*{0,2})(\S+?)\1 \| (.*?) \| (.*) \|$", of_kind[kind], re.MULTILINE)
        described = [(bool(bold), name, re.findall(r"`(.*?)`", others), holds) for bold, name, others, holds in rows]
        assert described == [
            (field.required, field.names[0], list(field.names[1:]), field.expected) for field in fields.values()
        ]


def test_what_a_column_holds_is_told_in_chinese_and_english() -> None:
    for fields in (*FIELDS_OF_KIND.values(), PROJECT_FIELDS):
        for field in fields.values():
            chinese, _, english = field.expected.partition(" / ")
            assert re.search("[一-鿿]", chinese), field.expected
            assert english, field.expected
