"""What a person asks of work, in plain speech: the work wanted, board and lodging, nights, shifts, place, refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.facts.clauses import CLAUSE_CHARACTER, find_clauses
from data.facts.numerals import with_digits

_SOFT = re.compile(r"更好|最好|优先|也行|也可以|都行|无所谓|或者宿舍")
_DO_NOT_NEED = r"(?:不用|不需要?|不要|无需|不必|用不着)(?:你们|厂里|单位)?(?:包|管|提供|供)?"

_BOARD = re.compile(
    r"(?:吃住|伙食|饭)(?:也|都)?(?:得|要)[管包供]|(?:包|管|供)(?:吃|饭|三餐|伙食)|食宿|(?:包|管)吃包?住"
)
_NO_BOARD = re.compile(rf"{_DO_NOT_NEED}(?:吃|饭|三餐|伙食|食宿)|自己做饭|回家吃")
_LODGING = re.compile(
    r"(?:包|管|供)住|(?:包|管)吃(?:包|管)?住|食宿|有宿舍|有住的地方|提供(?:住宿|宿舍)|要住宿|住宿舍|没(?:有)?(?:地方|地儿)住|(?:吃住|住宿?)(?:也|都)?(?:得|要)[管包供]|[有给]个住的(?:地方|地儿)"
)
_NO_LODGING = re.compile(
    rf"{_DO_NOT_NEED}(?:吃住|食宿|吃包住|住宿?|宿舍)|不住(?:宿|厂)|自己?(?:家)?有(?:房|住处|住的)|回家住|家里有住的"
)
_MOVES = re.compile(
    r"(?<!不)住家|住厂|跟项目走|(?:去|到)外地|去?哪儿?都(?:行|能去|可以|成)|哪.{1,6}(?:就)?去哪|就去市里|能出远门"
)
_STAYS = re.compile(
    r"(?:不|别|没法|离不开)(?:能|想|愿意?|打算)?(?:去|到|上|出)?(?:外地|外省|远门|太远)|离不开家|离家近|家门口|能天天回家"
)
_REFUSE = r"(?:不|别|没法|拒绝)(?:能|想|愿意?|会|可以|接受|要)*"
_ACCEPT = r"(?<!不)(?:能|可以|肯|愿意|接受|不怕|不介意)(?:接受|上|值|熬)*"
_FINE = r"(?:都|也)?(?:可以|行|能|没问题|无所谓|不怕|接受|可)"
_ROTATION = r"(?:倒班|轮班|[两二三]班倒)"
_DAYS_ONLY = (
    r"(?:只|就)(?:能|想)?(?:上|要)?(?:长|常)?白班|(?:上|要|想)?(?:长|常)白班|(?:^|(?<=[,，。;；]))白班(?=$|[,，。;；])"
)
_NIGHT_NO = re.compile(rf"{_REFUSE}(?:上|值|倒|熬)*(?:大?夜班?)|夜班(?:不行|干不了|上不了|不接受)|{_DAYS_ONLY}")
_NIGHT_YES = re.compile(rf"夜班{_FINE}|{_ACCEPT}(?:大?夜班)")
_SHIFT_NO = re.compile(rf"{_REFUSE}(?:上)?{_ROTATION}|{_ROTATION}(?:不行|干不了|不接受)|{_DAYS_ONLY}")
_SHIFT_YES = re.compile(rf"{_ROTATION}(?:[、和或]?夜班)?{_FINE}|{_ACCEPT}{_ROTATION}")
_REFUSES = re.compile(
    r"^(?:要求|但是?|就是|坚决|绝对|也|我|最好)?"
    r"(?:不想|不愿|不干|不要(?!求|紧)|不能|不上|不去|不跑|不倒|不接受|拒绝|别(?!的|人|管)|干不了)(?!.{0,2}低于|没)"
)

_COMMUTE = re.compile(
    r"(?P<value>(?<![\d.])\d{1,3}(?:\.\d{1,3})?|[一二两三四五六七八九]?十?[一二三四五六七八九]?)\s?(?:公里|km|千米)(?=之?内|以内|左右|范围|附近)"
    r"|(?:不超过|别超过|最多|最远)(?P<most>\d{1,3}(?:\.\d{1,3})?)\s?(?:公里|km|千米)",
    re.IGNORECASE,
)
_DESIRED = re.compile(
    r"(?:求职意向|应聘|期望岗位|想当|想干|想做|想(?=开)|想找个?|找个?)\s*(?:岗位|职位)?[:：是]?\s*"
    rf"(?P<value>{CLAUSE_CHARACTER}{{1,60}})"
)
_NO_TITLE = re.compile(
    r"包吃不?包?住|包住|包吃|管吃管?住|管住|管饭|食宿|有宿舍|离家近点?|工资\S*|能?双休|稳定|不?上?夜班"
    r"|的?(?:(?<!干)活儿?|工作|岗位|厂子|地方|事儿?)(?:干|做)?$|^(?:个|份|点|一份|一个|想[做干当找]?|能)|什么的|都?可以考虑"
    r"|(?:都|也)(?:行|可以|成|中)$|方面$|[的类]$"
)
# 想进一汽那边 names a place, 坐着干的活 a posture; the work, if any, follows in the next clause.
_PLACE_ONLY = re.compile(r"^想?(?:进|去|到|在)[^干做当]+$|^[坐站]着")


@dataclass(frozen=True)
class Wish:
    """One thing asked for: its field, its value, and the words `text[start:end]`."""

    field: str
    value: str | float | bool
    start: int
    end: int


def find_wishes(text: str) -> list[Wish]:
    """All wishes of a profile; each field once, but `refuses`. Fields are those of `SEEKERS`, and `refuses` (text).

    A wish that is only nice to have (管住更好) is no need. Who asks for lodging, even softly, would live there.
    """
    return [*_desired(text), *_housing(text), *_hours(text), *_commute(text), *_refusals(text)]


def _desired(text: str) -> list[Wish]:
    for said in _DESIRED.finditer(text):
        title, start, end = _bare_title(said.group("value")), said.start("value"), said.end("value")
        if _PLACE_ONLY.match(said.group("value")):
            following = next(find_clauses(text[end : end + 40]), None)
            if following is None or text[end : end + 1] not in ",，":
                continue
            title = _bare_title(following.group())
            start, end = end + following.start(), end + following.end()
        if len(title) >= 2:
            return [Wish("desired_title", title, start, end)]
    return []


def _bare_title(words: str) -> str:
    title = words.strip()
    while (shorter := _NO_TITLE.sub("", title).strip(" 的、")) != title:
        title = shorter
    return title


def _housing(text: str) -> list[Wish]:
    found: dict[str, Wish] = {}

    def note(name: str, value: bool, clause: re.Match[str], said: re.Match[str]) -> None:
        if name not in found:
            found[name] = Wish(name, value, clause.start() + said.start(), clause.start() + said.end())

    stays: list[tuple[re.Match[str], re.Match[str]]] = []
    for clause in find_clauses(text):
        words, soft = clause.group(), bool(_SOFT.search(clause.group()))
        for name, yes, no in (("needs_board", _BOARD, _NO_BOARD), ("needs_lodging", _LODGING, _NO_LODGING)):
            denied, said = no.search(words), yes.search(words)
            if denied:
                note(name, False, clause, denied)
            elif said and not soft:
                note(name, True, clause, said)
        stay = _STAYS.search(words)
        moves = None if stay or _NO_LODGING.search(words) else _MOVES.search(words) or _LODGING.search(words)
        if moves:
            note("will_relocate", True, clause, moves)
        elif stay and not soft:
            stays.append((clause, stay))
    for clause, stay in stays[:1]:
        note("will_relocate", False, clause, stay)
    return list(found.values())


def _hours(text: str) -> list[Wish]:
    found = []
    for name, says_no, says_yes in (
        ("accepts_night_work", _NIGHT_NO, _NIGHT_YES),
        ("accepts_shift_work", _SHIFT_NO, _SHIFT_YES),
    ):
        refused = says_no.search(text)
        said = refused or says_yes.search(text)
        if said:
            found.append(Wish(name, refused is None, said.start(), said.end()))
    return found


def _commute(text: str) -> list[Wish]:
    for said in _COMMUTE.finditer(text):
        written = with_digits(said.group("value") or said.group("most") or "")
        if written.replace(".", "", 1).isdecimal() and 0 < float(written) <= 500:
            return [Wish("commute_limit_km", float(written), said.start(), said.end())]
    return []


def _refusals(text: str) -> list[Wish]:
    return [
        Wish("refuses", clause.group(), clause.start(), clause.end())
        for clause in find_clauses(text)
        if _REFUSES.match(clause.group())
    ]
