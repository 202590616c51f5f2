"""Filters: the status, period, amounts, currency, order and number that a question asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.currencies import NO_CURRENCY, only_after
from net30.assistant.understanding.directory import OPEN
from net30.assistant.understanding.money import read_amount, read_currency
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.parts_of_year import Period, Span
from net30.assistant.understanding.periods import read_period
from net30.assistant.understanding.quantities import read_unit
from net30.assistant.understanding.scene import Scene, once_a_scene
from net30.assistant.understanding.tokens import Kind

PERIOD_TOKENS_MAX = 2
"""'Over 2000' may compare; more words with days or months are a period."""
THOUSAND_LEAST = 100
ALONE_MAX = 1000
"""A first amount this large says its thousands itself."""
STATUSES = ("draft", "issued", "partially_paid", "paid", "overdue", "void")
LIMIT_MAX = 500
_OPPOSITES = {
    "amount": "-amount",
    "-amount": "amount",
    "issue_date": "-issue_date",
    "-issue_date": "issue_date",
}
"""Both together order all that is found: from the dearest to the cheapest."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Amounts from and to, in a currency if one is said, in tokens [start, end)."""

    start: int
    end: int
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str = ""


def statuses_of(scene: Scene) -> tuple[str, ...]:
    """Return the statuses asked for, after 'not' and 'except'; none when all will do."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    chart = scene.chart
    excluding = False
    last_end = 0
    denied: set[str] = set()
    for match in chart.find("status"):
        if is_in_phrase(scene, match):
            continue
        between = {
            m.value for m in chart.find("logic") if last_end <= m.start and m.end <= match.start
        }
        excluding = "except" in between or (excluding and "and" in between)
        meant = set(OPEN) if match.value == "open" else {match.value}
        if excluding:
            unwanted |= meant
        elif _is_denied(scene, match.start):
            negated = _negated(match.value)
            denied = denied & negated or negated
        elif "overdue" in {match.value, *wanted} and "and" not in between and meant & OPEN:
            wanted = {"overdue"} if match.value in {"overdue", "open"} else wanted | meant
        else:
            wanted |= meant
        last_end = match.end
    if "draft" in wanted and not any(chart.find("logic", "and")):  # brouillons en attente
        wanted -= set(OPEN)
    if denied:  # drafts not sent yet: what is both a draft and not sent
        wanted = (wanted & denied) or denied
    if unwanted:
        wanted = (wanted or set(STATUSES)) - unwanted
    return tuple(status for status in STATUSES if status in wanted)


def is_in_phrase(scene: Scene, match: Match) -> bool:
    """Tell whether a status is only a part of other words: payable in, late payers."""
    due = scene.chart.at(match.start, "due")
    payers = scene.chart.at(match.start, "cue", "late_payers")
    return any(longer is not None and longer.end > match.end for longer in (due, payers))


DENIAL_TOKENS = 4
"""So many words before a status a 'not' still denies it: haven't yet been fully paid."""


def _is_denied(scene: Scene, place: int) -> bool:
    """Tell whether a 'not' stands before a status, with only small words between."""
    chart = scene.chart
    for start in range(place - 1, max(-1, place - 1 - DENIAL_TOKENS), -1):
        denial = chart.at(start, "logic", "not")
        if denial and not _is_asking(scene, start, denial.end):
            return True
        if chart.kind(start) is not Kind.WORD or not chart.is_filler(start):
            return False
    return False


def _is_asking(scene: Scene, start: int, end: int) -> bool:
    """Tell whether a word for 'not' asks here: Arabic ma, in ma hiya and before a noun."""
    longer = scene.chart.at(start, "cue", "which") or scene.chart.at(start, "cue", "show")
    noun = scene.chart.key(start) == "ما" and scene.chart.key(end).startswith("ال")
    return noun or (longer is not None and longer.end > end)


def _negated(status: str) -> set[str]:
    if status == "paid":
        return set(OPEN)
    meant = set(OPEN) if status == "open" else {status}
    return set(STATUSES) - meant


def period_of(scene: Scene) -> Period | None:
    """Return the first period of a clause that is no amount."""
    return next(iter(periods_of(scene)), None)


@once_a_scene
def periods_of(scene: Scene) -> tuple[Period, ...]:
    """Return the periods of a clause from left to right."""
    chart = scene.chart
    found: list[Period] = []
    bounds = {place for one in bounds_of(scene) for place in range(one.start, one.end)}
    place = 0
    while place < len(chart.tokens):
        period = None
        if place not in bounds and not scene.is_named(place):
            period = read_period(chart, place, scene.calendar)
        if period and _is_counted(scene, period):
            period = None
        if period:
            found.append(period)
        place = period.end if period else place + 1
    return tuple(found)


def _is_counted(scene: Scene, period: Period) -> bool:
    """Tell whether 'last 5' counts invoices rather than days."""
    return bool(scene.chart.at(period.end, "currency"))


def is_due(scene: Scene) -> bool:
    """Tell whether a question's period is about due dates."""
    chart = scene.chart
    said = {match.value for match in chart.find("due") if not _is_until(scene, match)}
    if "issued" not in said and any(_fell_due(scene, one) for one in periods_of(scene)):
        return True
    return bool({"due", "receipt"} & said) and "issued" not in said


_LAPSED = frozenset(
    {"echue", "echues", "vencida", "vencidas", "vencido", "vencidos", "fallig", "fallige"}
)


def _fell_due(scene: Scene, period: Period) -> bool:
    """Tell whether a period is when invoices fell due: échues en octobre, vencidas em maio."""
    places = (period.start - 1, period.start - 2)
    return any(scene.chart.key(at) in _LAPSED for at in places)


def _is_until(scene: Scene, match: Match) -> bool:
    """Tell whether a word only bounds a period: the invoices until 31 March."""
    until = scene.chart.at(match.start, "range", "until")
    return until is not None and until.end == match.end


def due_span(scene: Scene, period: Period) -> Span:
    """Return a due period: the next to come, or the last where the sentence looks back."""
    keys = {token.key for token in scene.chart.tokens}
    back = not keys.isdisjoint({"were", "fell", "etaient", "etait", "had", "waren"})
    back = back or ("was" in keys and scene.chart.language == "en")
    back = back or statuses_of(scene) == ("overdue",)
    return period.pick(ahead=not back)


@once_a_scene
def bounds_of(scene: Scene) -> tuple[Bounds, ...]:
    """Return the amounts that a question compares with: over 1M FCFA, between 5,000 and 10,000."""
    chart = scene.chart
    found: list[Bounds] = []
    place = 0
    while place < len(chart.tokens):
        bounds = None if scene.is_named(place) else _bounds_at(scene, place)
        if bounds:
            found.append(bounds)
        place = bounds.end if bounds else place + 1
    return tuple(found)


def _bounds_at(scene: Scene, place: int) -> Bounds | None:
    chart = scene.chart
    dated = read_period(chart, place, scene.calendar)
    if dated and dated.end > place + PERIOD_TOKENS_MAX:  # from 1 to 15 December
        return None
    between = chart.at(place, "compare", "between")
    first = _amount(scene, between.end) if between else None
    joint = chart.at(first[1], "range", "to") if first else None
    last = _amount(scene, joint.end) if joint else None
    if first and last:
        first = (first[0] * _scale_left_out(scene, first, last), *first[1:])
        currency = first[2] or last[2]
        return Bounds(place, last[1], min(first[0], last[0]), max(first[0], last[0]), currency)
    for value in ("more", "less", "equal"):
        match = chart.at(place, "compare", value)
        amount = _amount(scene, match.end) if match else None
        if amount:
            return _one_sided(place, amount, value)
    amount = _amount(scene, place)
    after = chart.at(amount[1], "more_or_less") if amount else None
    if amount and after:
        return _one_sided(place, (amount[0], after.end, amount[2]), after.value)
    return None


def _scale_left_out(
    scene: Scene, first: tuple[Decimal, int, str], last: tuple[Decimal, int, str]
) -> Decimal:
    """Return the thousand or million that only the second amount says: entre 1 et 3 millions."""
    end = read_number(scene.chart, first[1] - 1)
    scale = next(
        (m for at in range(first[1], last[1]) if (m := scene.chart.at(at, "multiplier"))), None
    )
    alone = end is not None and end.end == first[1] and not end.scaled and not first[2]
    if scale is None or not alone or first[0] * THOUSAND_LEAST > last[0] or first[0] >= ALONE_MAX:
        return Decimal(1)
    return Decimal(scale.value)


def _one_sided(start: int, amount: tuple[Decimal, int, str], value: str) -> Bounds:
    number, end, currency = amount
    if value == "equal":
        return Bounds(start, end, number, number, currency)
    if value == "more":
        return Bounds(start, end, least=number, currency=currency)
    return Bounds(start, end, most=number, currency=currency)


def _amount(scene: Scene, place: int) -> tuple[Decimal, int, str] | None:
    chart = scene.chart
    if read_number(chart, place) is None:
        place += chart.key(place) in {"the", "de", "les", "of", "to", "a", "un", "d'"}
    amount = read_amount(chart, place, scene.customs)
    if amount:
        return amount.value, amount.end, amount.currency
    number = read_number(chart, place)
    if number is None or read_unit(chart, number.end) or chart.at(number.end, "percent"):
        return None
    if chart.at(number.end, "month") or chart.at(number.end, "cue", "invoices"):
        return None
    if chart.kind(number.end) is Kind.WORD and chart.at(number.end, "period"):
        return None
    return number.value, number.end, ""


def currency_of(scene: Scene) -> str:
    """Return the currency that a question asks for: USD invoices, invoices in euros."""
    chart = scene.chart
    for place, token in enumerate(chart.tokens):
        if scene.is_named(place) or (token.kind is Kind.WORD and len(token.key) == 1):
            continue
        found = read_currency(chart, place, scene.customs)
        money = token.key not in only_after() or chart.key(place - 1) in _BEFORE_CURRENCY
        if found and found[0] != NO_CURRENCY and money:
            return found[0]
    return ""


_BEFORE_CURRENCY = frozenset({"in", "en", "em"})


def order_of(scene: Scene) -> tuple[str, int | None]:
    """Return the order and the number of rows asked for: the 10 largest, the oldest one."""
    chart = scene.chart
    periods = {place for one in periods_of(scene) for place in range(one.start, one.end)}
    bounded = {place for one in bounds_of(scene) for place in range(one.start, one.end)}
    taken = periods | bounded
    sort = next((m for m in chart.find("sort") if m.start not in taken), None)
    limit = _limit(scene, taken)
    if sort is None:
        return "", limit
    single = any(chart.find("cue", "invoice")) and not any(chart.find("cue", "invoices"))
    ordering = any(match.value == _OPPOSITES.get(sort.value) for match in chart.find("sort"))
    single = single or _is_one(scene, sort)
    if limit is None and single and not ordering and not chart.ending(sort.end, "sort", "by"):
        limit = 1
    return sort.value, limit


def _is_one(scene: Scene, sort: Match) -> bool:
    """Tell whether a superlative is of one: la más antigua, a mais antiga, la plus ancienne."""
    chart = scene.chart
    first = chart.key(sort.start) if chart.key(sort.start) in _ONE else chart.key(sort.start - 1)
    last = chart.key(sort.end - 1)
    return first in _ONE and chart.language in {"es", "pt", "fr"} and last[-1:] not in {"s", "x"}


_ONE = frozenset({"la", "el", "le", "a", "o"})


def _limit(scene: Scene, taken: set[int]) -> int | None:
    chart = scene.chart
    for place in range(len(chart.tokens)):
        if place in taken or scene.is_named(place):
            continue
        number = read_number(chart, place)
        if number is None or number.start != place:
            continue
        if _counts_rows(scene, place, number.end) and 1 <= number.value <= LIMIT_MAX:
            return int(number.value)
    return None


_OF = frozenset({"of", "d'", "de", "davon"})
_LIMITING = frozenset({"limit", "limite", "first", "max", "maximum"})


def _counts_rows(scene: Scene, start: int, end: int) -> bool:
    """Tell whether a number says how many rows to show: top 5, 10 largest, 3 last invoices."""
    chart = scene.chart
    if read_amount(chart, start, scene.customs) or read_unit(chart, end):
        return False
    if chart.key(start) in {"one", "un", "une", "uno", "una", "um", "uma", "ein", "eine", "a"}:
        return False
    if chart.key(start - 1 - (chart.key(start - 1) in {":", "="})) in _LIMITING:
        return True
    before = chart.ending(start, "sort") or chart.ending(start, "cue", "top")
    if chart.language == "ar" and chart.ending(start, "cue", "clients"):  # the clients, the four
        return True
    kinds = ("invoices", "clients", "top", "late_payers")
    after = chart.at(end, "sort") or any(chart.at(end, "cue", value) for value in kinds)
    of_them = chart.at(end, "cue", "only") and chart.key(end) in _OF  # three of them
    last = chart.ending(start, "period", "last") and not chart.at(end, "unit")
    return bool(before or after or last or of_them)
