"""Files that are not what they claim: a clear error, and nothing is read from them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError, NotFoundError
from data.ingest.parsed_file import ParsedFile
from data.ingest.read_file import Format, Kind, read_file
from data.ingest.text_file import LONGEST_LINE

Read = Callable[..., ParsedFile]
HEADER = "单位名称,岗位名称\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write_and_read(
        content: bytes | str, kind: Kind = "vacancies", file_format: Format = "csv", name: str = "file.csv"
    ) -> ParsedFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(
            path, kind=kind, file_format=file_format, default_date=date(2026, 6, 1), pseudonym=lambda n: f"S-{n[-4:]}"
        )

    return write_and_read


@pytest.mark.parametrize(
    ("content", "file_format", "says"),
    [
        (b"", "csv", "is empty"),
        (b"\xef\xbb\xbf\r\n", "csv", "is empty"),
        (HEADER, "csv", "a header and no rows"),
        (b"%PDF-1.7 ...", "csv", "is a PDF"),
        (b"PK\x03\x04....", "csv", "XLSX"),
        (b"\xd0\xcf\x11\xe0....", "csv", "old XLS"),
        (HEADER.encode("utf-16"), "csv", "UTF-16"),
        (b"a,b\x00c", "csv", "binary"),
        (b"\x81\x30\x81", "csv", "neither UTF-8 nor GB18030"),
        (HEADER, "xlsx", "is not an XLSX file"),
        (b"PK\x03\x04 not a zip at all", "xlsx", "cannot be read as XLSX"),
        ("{not json", "jobposting", "line 1: not JSON"),
        ('{"a": 1}', "jobposting", "holds no JobPosting"),
        ("a,b,c\n", "51job", "no crawl of 51job"),
        ("单位名称,岗位名称,招聘人\n厂,电工,5\n", "csv", "did you mean 招聘人数?"),
        ("岗位名称\n电工\n", "csv", "required columns are missing: 单位名称"),
        ("单位名称,岗位名称,岗位名称\n厂,电工,焊工\n", "csv", "stands twice"),
    ],
)
def test_a_file_that_is_not_what_it_claims(read: Read, content: bytes | str, file_format: Format, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read(content, file_format=file_format)
    assert says in str(caught.value)
    assert "→" in str(caught.value)  # says what to do


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read_file(
            tmp_path / "none.csv", kind="vacancies", file_format="csv", default_date=date(2026, 6, 1), pseudonym=str
        )


def test_a_line_of_200_megabytes_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode() + b'a,"')
        for _ in range(200):
            file.write(b"x" * 1024 * 1024)
    with pytest.raises(DataError) as caught:
        read_file(path, kind="vacancies", file_format="csv", default_date=date(2026, 6, 1), pseudonym=str)
    assert "line 2: longer than" in str(caught.value)


def test_quotes_that_never_close_are_told_with_their_line(read: Read) -> None:
    rows = "\n".join(f"厂,电工{number}" for number in range(200_000))
    with pytest.raises(DataError) as caught:
        read(f'{HEADER}厂,"电工\n{rows}')
    assert "field larger than" in str(caught.value)
    assert LONGEST_LINE == 1 << 20


def test_a_zip_that_is_no_workbook(read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(DataError, match="cannot be read as XLSX"):
        read((tmp_path / "other.zip").read_bytes(), file_format="xlsx", name="book.xlsx")


@pytest.mark.parametrize("kind", ["seekers", "courses"])
def test_advertisement_formats_hold_vacancies_only(read: Read, kind: Kind) -> None:
    with pytest.raises(DataError, match="holds vacancies"):
        read('[{"@type": "JobPosting"}]', kind=kind, file_format="jobposting")
