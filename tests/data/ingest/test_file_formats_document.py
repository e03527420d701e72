"""docs/file-formats.md describes every column that the readers know, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from data.ingest.template import FIELDS_OF_KIND

DOCUMENT = Path(__file__).parents[3] / "docs" / "file-formats.md"


def test_every_column_is_described_as_it_is_read() -> None:
    sections = DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1 : 1 + len(FIELDS_OF_KIND)]
    for section, fields in zip(sections, FIELDS_OF_KIND.values(), strict=True):
        rows = re.findall(r"^\| (\*{0,2})(\S+?)\1 \| (.*?) \| (.*) \|$", section, re.MULTILINE)
        described = [(bool(bold), name, re.findall(r"`(.*?)`", others), holds) for bold, name, others, holds in rows]
        assert described == [
            (field.required, field.names[0], list(field.names[1:]), field.expected) for field in fields.values()
        ]
