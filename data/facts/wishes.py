"""What a person asks of work, in plain speech: the work wanted, board and lodging, nights, shifts, place, refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.facts.clauses import find_clauses
from data.facts.numerals import with_digits
from data.facts.work_wanted import find_refusals, find_work_wanted

_SOFT = re.compile(r"更好|最好|优先|也行|也可以|都行|无所谓|或者宿舍")
_DO_NOT_NEED = r"(?:不用|不需要?|不要|无需|不必|用不着)(?:你们|厂里|单位)?(?:包|管|提供|供)?"

_MUST = r"(?:也|都)?(?:得|要|需要|必须|一定)(?:有|能|要)?"
_BOARD = re.compile(
    rf"(?:吃住|伙食|饭)(?:{_MUST})[管包供有]|(?:包|管|供)(?:吃|饭|三餐|伙食|餐)|食宿|(?:包|管)吃包?住|有吃有住|吃住(?:甲方|单位|公司|队里|老板)|吃住{_MUST}"
    r"|(?:管|供|包)(?:我)?(?:[一两三1-3午中早晚])*(?:顿|餐)|(?:中午|午饭|晚饭)(?:得)?(?:管|供|包)|提供(?:吃住|三餐|午餐|工作餐|伙食)|解决吃住|(?:吃住|伙食|吃饭?|饭)[^自,，。;；、]{0,4}[管包]$"
)
_NO_BOARD = re.compile(
    rf"{_DO_NOT_NEED}(?:吃|饭|三餐|伙食|食宿)|自己做饭|回家吃|(?:吃饭|伙食|吃)(?:我|可以|都)?自己?(?:解决|管|带|想办法)|自己?带饭|不在单位吃"
)
_LODGING = re.compile(
    r"(?<!不)(?:包|管|供)(?:吃)?住|(?:包|管)吃(?:包|管)?住|食宿|有宿舍|有住的地方|提供(?:吃?住(?:宿|处)?|宿舍)|(?<!不)(?<!不需)要(?:有)?住宿|能[^,，。;；不]{0,4}住的(?![近远])|吃住(?:甲方|单位|公司|队里|老板)|[给有]间(?:房|屋)|(?:吃住|住宿?)[^自不,，。;；、]{0,4}(?:[管包]|安排|解决)$|住宿舍|没(?:有)?(?:地方|地儿)住"
    rf"|(?:吃住|住宿?|宿舍|住处|住的地方)(?:{_MUST}[管包供有]?|必须|管)|{_MUST}(?:宿舍|住处|住的(?:地方|地儿))|[有给]个住的(?:地方|地儿)"
    r"|(?:安排|解决)(?:吃住|住宿|住处|宿舍)|有吃有住|住单位|(?<!不)住店里|住厂里|(?:住(?:的|处))?没着落"
)
_NO_LODGING = re.compile(
    rf"{_DO_NOT_NEED}(?:吃住|食宿|吃包住|住宿?|宿舍)|不(?:用)?住(?:宿|厂|单位|家(?![都也]))|(?<!没)(?<!没有)有(?:地方|地儿)住|自己?(?:家)?有(?:房|住处|住的)|回家住|家里有住的|住(?:宿)?(?:我)?自己?(?:解决|租)"
)
_MOVES = re.compile(
    r"(?<!不)住家|住厂|住集体宿舍|跟项目走|(?:去|到)外地|(?:外地|外县|外省|省外|全国)(?:也|都|可以?|能)(?:去|行|能去|可以|成|中)"
    r"|去哪儿?都(?:行|可以|成|中)|哪儿?都能?去|哪.{1,6}(?:就)?去哪|就去市里|能?出远门|[可能](?:以|接受)?(?:外派|驻外|异地|外驻|长期驻)|(?:能去|都能去)$"
)
_STAYS = re.compile(
    r"(?:不|别|没法|离不开)(?:能|想|愿意?|打算|接受|考虑)?(?:去|到|上|出)?(?:外地|外省|外县|远门|太远|外派|异地)|离不开家|离家近|家门口|能天天回家"
)
_REFUSE = r"(?:不|别|没法|拒绝|没办法)(?:能|想|愿意?|会|可以|接受|要|考虑|再)*"
_ACCEPT = r"(?<!不)(?:能|可以?|肯|愿意|接受|不怕|不介意|适应|不挑|服从|听从)(?:接受|上|值|熬|干|倒|跑)*"
_DO = r"(?:上|值|倒|熬|跑|干|做|打)*"
_FINE = (
    r"(?:都|也)?(?:可以|行|能(?!不)|没问题|没事|无所谓|不怕|接受|可(?!不)|中(?!午)|成|习惯|干?惯了|没意见|扛得住|OK|ok)"
)
_TAILS = r"(?:我|俺|都|也|是|就|可|真|实在|的话|的?活儿?|啥的|所以|肯定|班)"
_CANNOT = r"(?:不(?:行|中|成|干|能|接受|上|考虑|可以|倒|方便)|[干上熬倒受]不[了动]|熬不住|顶不住|没法)"
_NIGHT = r"(?:大夜班?|夜班?车?|夜里|夜间|夜活|通宵|后半夜|黑天)"
_OTHERS_TOO = r"(?:[和、跟及]?(?:倒班|周末|双休日|节假日|加班|白班))"
_ROTATION = r"(?:倒班|轮班|翻班|早晚班倒?|黑白班倒?|倒大班|倒黑白班?|[两二三四]班[两二三]?(?:倒|运转)|12小时倒)"
_DAYS_ONLY = r"想(?:[要上干]|找个?)白班|[只就][能想]?[上要干]?[长常]?白班|[上要想]?[长常]白班|^白班(?![和、/夜或倒也])"
_BY_DAY = (
    r"(?:只能?|就能|能)?(?<!黑天)(?<!晚上)(?<!夜里)(?<!夜班)白天(?:干|能|上班|有空|的?活|都行|才)|白天$"
    r"|晚上(?:我)?(?:得|要|必须|还得|都得)(?:回|照顾|接|给|在家|陪|看孩|带)|晚上回家"
)
_NIGHT_NO = re.compile(
    rf"{_REFUSE}{_DO}(?:{_NIGHT}|晚上(?:的活|班|干|上班))|(?:{_NIGHT}|晚上){_OTHERS_TOO}*{_TAILS}{{0,3}}{_CANNOT}|{_DAYS_ONLY}|{_BY_DAY}"
)
_NIGHT_YES = re.compile(
    rf"(?:{_NIGHT}|晚上(?:值班|上班|干活|打更))(?:我|俺|值班|班|上班|干活|打更|啥的|[、和]|倒班|白班|的?活|白天|偶尔|都|也)*{_FINE}|{_ACCEPT}(?:{_NIGHT})"
    rf"|白班夜班{_FINE}"
)
_SHIFT_NO = re.compile(rf"{_REFUSE}(?:上)?{_ROTATION}|{_ROTATION}(?:[、和]?夜班)?{_TAILS}{{0,3}}{_CANNOT}|{_DAYS_ONLY}")
_SHIFT_YES = re.compile(rf"{_ROTATION}(?:[、和或]?夜班|我|俺|啥的)*{_FINE}|{_ACCEPT}{_ROTATION}")
# 两班倒行，三班倒不干: one rotation refused where another will do.
_ONE_ROTATION = re.compile(r"[两二三四]班|大班")

_COMMUTE = re.compile(
    r"(?P<value>(?<![\d.])\d{1,3}(?:\.\d{1,3})?|[一二两三四五六七八九]?十?[一二三四五六七八九]?)\s?(?:公里|km|千米)(?=之?内|以内|左右|范围|附近)"
    r"|(?:不超过|别超过|最多|最远)(?P<most>\d{1,3}(?:\.\d{1,3})?)\s?(?:公里|km|千米)",
    re.IGNORECASE,
)


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
    wanted = find_work_wanted(text)
    return [
        *([Wish("desired_title", *wanted)] if wanted else []),
        *_housing(text),
        *_hours(text),
        *_commute(text),
        *(Wish("refuses", *refused) for refused in find_refusals(text)),
    ]


def _housing(text: str) -> list[Wish]:
    found: dict[str, Wish] = {}

    def note(name: str, value: bool, clause: re.Match[str], said: re.Match[str] | None) -> None:
        if said and name not in found:
            found[name] = Wish(name, value, clause.start() + said.start(), clause.start() + said.end())

    stays: list[tuple[re.Match[str], re.Match[str]]] = []
    would_live_there: list[tuple[re.Match[str], re.Match[str]]] = []
    for clause in find_clauses(text):
        words, soft = clause.group(), bool(_SOFT.search(clause.group()))
        for name, yes, no in (("needs_board", _BOARD, _NO_BOARD), ("needs_lodging", _LODGING, _NO_LODGING)):
            denied, said = no.search(words), yes.search(words)
            if denied:
                note(name, False, clause, denied)
            elif said and not soft:
                note(name, True, clause, said)
        stay = _STAYS.search(words)
        staying = stay or _NO_LODGING.search(words)
        moves, lodged = (None, None) if staying else (_MOVES.search(words), _LODGING.search(words))
        if moves or (lodged and not soft):
            note("will_relocate", True, clause, moves or lodged)
        elif lodged:
            would_live_there.append((clause, lodged))
        elif stay and not soft:
            stays.append((clause, stay))
    for clause, said in (stays or would_live_there)[:1]:
        note("will_relocate", not stays, clause, said)
    return list(found.values())


def _hours(text: str) -> list[Wish]:
    found = []
    for name, says_no, says_yes in (
        ("accepts_night_work", _NIGHT_NO, _NIGHT_YES),
        ("accepts_shift_work", _SHIFT_NO, _SHIFT_YES),
    ):
        refused, accepted = _first(text, says_no), _first(text, says_yes)
        if refused and accepted and _ONE_ROTATION.search(text[refused[0] : refused[1]]):
            refused = None
        said = refused or accepted
        if said:
            found.append(Wish(name, refused is None, *said))
    return found


def _first(text: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    for clause in find_clauses(text):
        said = pattern.search(clause.group())
        if said:
            return clause.start() + said.start(), clause.start() + said.end()
    return None


def _commute(text: str) -> list[Wish]:
    for said in _COMMUTE.finditer(text):
        written = with_digits(said.group("value") or said.group("most") or "")
        if written.replace(".", "", 1).isdecimal() and 0 < float(written) <= 500:
            return [Wish("commute_limit_km", float(written), said.start(), said.end())]
    return []
