"""How lists are asked for: which status, and the place between two pages as an opaque text."""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from data.errors import DataError
from data.records import RecordStatus

StatusFilter = Literal["open", "closed", "all"]


def status_of(asked: StatusFilter) -> RecordStatus | None:
    """The status asked for; None for all."""
    return None if asked == "all" else RecordStatus(asked)


def cursor_after(identifier: str) -> str:
    """The cursor of the page that follows `identifier`."""
    return base64.urlsafe_b64encode(identifier.encode()).decode().rstrip("=")


def identifier_of(cursor: str | None) -> str:
    """The last identifier of the page before; '' for the first page.

    Raises
    ------
    DataError
        It is no cursor that this API gave.
    """
    if cursor is None:
        return ""
    try:
        identifier = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise DataError(
            "cursor 无效 / the cursor is not valid", remedy="用上一页的 next_cursor / use next_cursor"
        ) from error
    if "\0" in identifier:
        raise DataError("cursor 无效 / the cursor is not valid", remedy="用上一页的 next_cursor / use next_cursor")
    return identifier
