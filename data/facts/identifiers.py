"""Identity and telephone numbers inside free text, hidden before the text is kept or shown."""

from __future__ import annotations

import re

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_IDENTIFIERS = re.compile(
    # 18-digit identity number (GB 11643), also written in groups; a mistyped check digit is still personal.
    r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?![\dA-Za-z])"
    r"|(?<!\d)\d{15}(?!\d)"  # the identity number before 1999
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile telephone
)


def mask_identifiers(text: str) -> str:
    """`text` with identity numbers and mobile telephone numbers as asterisks; its length and positions stay."""
    found = [match.span() for match in _IDENTIFIERS.finditer(text.translate(_HALF_WIDTH))]
    for start, end in found:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text
