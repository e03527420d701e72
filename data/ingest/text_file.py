"""Opens text files as people send them: UTF-8 with or without BOM, or GB18030; refuses what is none."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from uuid import uuid4

from data.errors import DataError, NotFoundError

LONGEST_LINE = 1 << 20
"""Bytes. A longer line is no row of a table; reading on could exhaust the memory."""

LARGEST_DOCUMENT = 64 << 20
"""Bytes of a file that must be read as a whole (JSON, HTML)."""

# Follows the last line as a row of its own; if it does not come out as one, a quotation mark is still open.
_END = uuid4().hex

_MAGIC = {
    b"PK\x03\x04": "an XLSX (or ZIP) file",
    b"\xd0\xcf\x11\xe0": "an old XLS file; save it as XLSX or CSV",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"\xff\xfe": "UTF-16 text; save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as CSV UTF-8",
}


def kind_of(path: Path) -> str | None:
    """What the first bytes show a file to be, if it is not text; None for text.

    Raises
    ------
    NotFoundError, DataError
        There is no such file; it is empty.
    """
    if not path.is_file():
        raise NotFoundError(f"没有文件 {path} / no file {path}", remedy="请核对路径 / check the path")
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(
            f"{path.name} 是空的 / {path.name} is empty",
            remedy="请给出有表头和数据行的文件 / give a file with a header and rows",
        )
    named = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)
    return named or ("a binary file" if b"\x00" in start else None)


def read_text_lines(path: Path) -> Iterator[str]:
    """Decoded lines of a text file, without its BOM.

    Raises
    ------
    DataError
        It is not text, neither UTF-8 nor GB18030, or a line is longer than `LONGEST_LINE`.
    """
    encoding = _encoding(path)
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise DataError(
                    f"{path.name} 第 {number} 行过长 / line {number}: longer than {LONGEST_LINE // 1024} KiB",
                    remedy="这不是按行的表格，请查看文件的来源 / this is no table of rows; check how the file was made",
                )
            yield line.decode(encoding).removeprefix("\ufeff") if number == 1 else line.decode(encoding)


def read_document(path: Path) -> str:
    """Text of a whole file without its BOM; its lines may be of any length.

    Raises
    ------
    DataError
        It is not text, neither UTF-8 nor GB18030, or larger than `LARGEST_DOCUMENT`.
    """
    encoding = _encoding(path)
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise DataError(f"{path.name} 超过 / is larger than {LARGEST_DOCUMENT >> 20} MiB", remedy="请拆分 / split it")
    return path.read_text(encoding=encoding).removeprefix("\ufeff")


def read_csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line on which the row begins, fields) of a CSV file; empty lines are passed over.

    Raises
    ------
    DataError
        As `read_text_lines`; or quotes that are never closed: they would swallow the rows that follow.
    """
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(chain(read_text_lines(path), [_END]))
    begins = 1
    try:
        for fields in reader:
            if fields == [_END]:
                return
            if any(field.strip() for field in fields):
                if fields[-1].endswith(_END):
                    break
                yield begins, fields
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path.name} 第 {reader.line_num} 行不是 CSV / line {reader.line_num}: {error}",
            remedy="请检查该行的引号 / check the quotation marks in that line",
        ) from error
    raise DataError(
        f"{path.name} 第 {begins} 行引号没有闭合 / line {begins}: a quotation mark is never closed",
        remedy='请闭合；文字中的引号写成 "" / close it, or write "" for one in a text',
    )


def _encoding(path: Path) -> str:
    found = kind_of(path)
    if found:
        raise DataError(
            f"{path.name} 不是文本 / {path.name} is {found}, not text",
            remedy="请给出 CSV 或 JSON 文件，或选 / give a CSV or JSON file, or choose --format xlsx",
        )
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise DataError(
        f"{path.name} 既不是 UTF-8 也不是 GB18030 文本 / {path.name} is neither UTF-8 nor GB18030 text",
        remedy="请另存为 CSV UTF-8 / save it as CSV UTF-8",
    )
