"""References: which invoices a clause points to, by number, by client, by subject or period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.days import read_year
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.quantities import read_unit
from net30.assistant.understanding.scene import Scene, once_a_scene
from net30.assistant.understanding.tokens import Kind

SHORT_DIGITS_MAX = 6
_ZERO_LED_DIGITS_MIN = 3
PREFIXES = frozenset({"inv", "fac", "fa", "fact", "f", "facture", "invoice", "re", "ft"})
NUMBER_WORDS = frozenset(
    {"#", "no", "n", "nr", "num", "number", "numero", "nummer", "№", "numbers", "numeros", "رقم"}
)
_FEMININE = frozenset({"la", "cette", "die"})
"""Articles of the word invoice, where it is left out: la 142."""
_DETERMINERS = frozenset({"the", "la", "le", "l'", "les", "die", "a", "o", "el", "n"})


@dataclass(frozen=True, slots=True)
class Reference:
    """An invoice named in tokens [start, end); without `invoice` nobody knows such a one."""

    start: int
    end: int
    invoice: KnownInvoice | None


@once_a_scene
def find_references(scene: Scene) -> tuple[Reference, ...]:
    """Return the invoices that numbers in a clause name: INV-2026-0031, #31, facture 42."""
    found: list[Reference] = []
    place = 0
    while place < len(scene.chart.tokens):
        reference = _at(scene, place, follows=bool(found) and _joined(scene, found[-1].end, place))
        if reference:
            found.append(reference)
        place = reference.end if reference else place + 1
    return tuple(found) or _bare_numbers(scene)


def _bare_numbers(scene: Scene) -> tuple[Reference, ...]:
    """Return the invoice that a number alone must mean: will 45 be late? the rest of 43 came in."""
    chart = scene.chart
    if not _speaks_of_one(scene):
        return ()
    for place in range(len(chart.tokens)):
        if chart.kind(place) is not Kind.NUMBER or not _stands_apart(scene, place):
            continue
        reference = _short(scene, place, certain=False)
        if reference is None or chart.key(reference.end) in {"of", "de", "von"}:  # 3 of them
            continue
        if reference.invoice and _is_theirs(scene, reference.invoice):
            return (reference, *_following(scene, reference))
    return ()


def _following(scene: Scene, first: Reference) -> Iterator[Reference]:
    """Yield the known invoices joined to one: mahnen: 25, 33 und 37."""
    last = first
    for place in range(first.end, len(scene.chart.tokens)):
        if not _is_write(scene) or not _joined(scene, last.end, place):
            continue
        found = _short(scene, place, certain=False)
        if found and found.invoice:
            yield found
            last = found


def _speaks_of_one(scene: Scene) -> bool:
    """Tell whether a clause does or asks something that only one invoice can be meant by."""
    said = {m.value for kind in ("cue", "verb") for m in scene.chart.find(kind)}
    return bool(said & _POINTING) and not said & {"bill", "new", "create", "invoices", "clients"}


def _stands_apart(scene: Scene, place: int) -> bool:
    """Tell whether what comes before a number neither counts nor prices nor dates it."""
    chart, before = scene.chart, place - 1
    if before < 0 or chart.kind(before) is Kind.SIGN:
        return before < 0 or chart.key(before) in {",", ".", ":", ";", "?", "!", "\n", "("}
    if any(chart.ending(place, kind) for kind in ("cue", "verb", "part")):
        return True
    priced = any(chart.ending(place, kind) for kind in ("currency", "due", "period", "compare"))
    return chart.is_filler(before) and not priced


def _is_theirs(scene: Scene, invoice: KnownInvoice) -> bool:
    named = {client.name for name in scene.named for client in name.clients}
    return not named or invoice.client in named


def _joined(scene: Scene, end: int, place: int) -> bool:
    """Tell whether only 'and' or a comma stands between two numbers: 31 and 32."""
    between = {scene.chart.key(at) for at in range(end, place)}
    return bool(between) and between <= _BETWEEN


_BETWEEN = frozenset({"and", "et", ",", "&", "y", "e", "und", "or", "la", "the", "die", "a", "las"})


def _at(scene: Scene, place: int, *, follows: bool) -> Reference | None:
    chart = scene.chart
    if scene.is_named(place):
        return None
    if chart.kind(place) is Kind.CODE:
        return _code(scene, place)
    if chart.key(place).startswith("0") and chart.key(place).isdigit():
        return _zero_led(scene, place)
    if chart.key(place) in NUMBER_WORDS and _is_apart(scene, place):
        return _short(scene, _after_number_word(scene, place), certain=True)
    cue = chart.at(place, "cue", "invoice") or chart.at(place, "cue", "invoices")
    if cue and chart.ending(place, "article") and chart.key(cue.end) == ":":
        return None  # an invoice: 2 audits at 900
    if cue:
        after = _after_number_word(scene, cue.end)
        certain = after > cue.end or chart.key(place - 1) in _BEFORE_NOUN
        return _short(scene, after, certain=certain) or _short_code(scene, after)
    told = chart.ending(place + 1, "cue", "paid")  # a donné 200 000
    led = not told and any(chart.at(place, "cue", value) for value in _LEADING)
    if led:
        match = next(m for value in _LEADING if (m := chart.at(place, "cue", value)))
        after = match.end + (chart.key(match.end) in _DETERMINERS)
        if after < len(chart.tokens) and chart.kind(after) is Kind.NUMBER:
            found = _short(scene, after, certain=False)
            theirs = bool(scene.named) or any(chart.find("cue", "pronoun"))
            amount = match.value in _OF_MONEY and theirs  # record 5000 from Hooli, 700 on it
            return None if found and amount and found.invoice is None else found
    found = _short(scene, place, certain=False) if follows else None
    if follows and found is None and _is_write(scene):  # void 29, 31 and 33 quietly
        named = _short(scene, place, certain=True)
        found = named if named and named.invoice else None
    return found or _after_preposition(scene, place) or _after_article(scene, place)


def _zero_led(scene: Scene, place: int) -> Reference | None:
    """Read 0124: nobody writes a count or an amount so; where no invoice ends so it is none."""
    digits = scene.chart.key(place)
    if not _ZERO_LED_DIGITS_MIN <= len(digits) <= SHORT_DIGITS_MAX:
        return None
    endings = scene.directory.ending(digits)
    return Reference(place, place + 1, endings[0]) if len(endings) == 1 else None


def _after_article(scene: Scene, place: int) -> Reference | None:
    """Read 'la 142', where exactly one invoice's number ends so."""
    after = place + 1
    if scene.chart.key(place) not in _FEMININE or not scene.chart.key(after).isdigit():
        return None
    found = _short(scene, after, certain=False)
    return found if found and found.invoice else None


def _after_preposition(scene: Scene, place: int) -> Reference | None:
    """Read 'on 31' and 'sur la 35' where something is done to an invoice."""
    chart = scene.chart
    if chart.key(place) not in _PREPOSITIONS or not _is_write(scene):
        return None
    after = place + 1 + (chart.key(place + 1) in _DETERMINERS)
    if chart.kind(after) is not Kind.NUMBER:
        return None
    found = _short(scene, after, certain=False)
    if found is None or found.invoice is None:
        return None
    ends = chart.kind(found.end) is not Kind.WORD or chart.at(found.end, "method")
    return found if ends or chart.is_filler(found.end) else None


def _is_write(scene: Scene) -> bool:
    cues = {match.value for match in scene.chart.find("cue")}
    return not cues.isdisjoint(_WRITING) and not cues & {"bill", "new"}


_WRITING = frozenset(
    {"record", "payment", "paid", "received", "credit", "void", "remind", "mark_paid"}
)
_POINTING = _WRITING | {"send", "predict", "pay_future", "when", "detail", "show", "issue_draft"}
_AFTER_NUMBER = frozenset({"for", "pour", "to", "a", "de", "of", "por", "an", "fur", "em", "en"})
"""Small words that may lead a price, and after a number only go on: the 54 por email."""
_PREPOSITIONS = frozenset(
    {"on", "for", "against", "sur", "pour", "contre", "auf", "en", "sobre", "of", "de"}
)
_BEFORE_NOUN = frozenset(
    {
        "of",
        "the",
        "on",
        "for",
        "la",
        "this",
        "that",
        "cette",
        "sur",
        "against",
        "from",
        "to",
        "der",
        "die",
        "da",
        "na",
        "esta",
        "mark",
        "my",
        "our",
        "ma",
    }
)


def _is_apart(scene: Scene, place: int) -> bool:
    """Tell whether 'no. 4' stands alone: after a thing it numbers that thing (room no. 4)."""
    before = place - 1
    if scene.chart.key(place) in {"#", "№"} or scene.chart.kind(before) is not Kind.WORD:
        return True
    return scene.chart.is_filler(before) or scene.chart.ending(place, "cue") is not None


_OF_MONEY = frozenset({"record", "credit"})
_LEADING = ("remind", "void", "send", "show", "record", "predict", "credit", "detail", "mark_paid")


def _after_number_word(scene: Scene, place: int) -> int:
    while scene.chart.key(place) in NUMBER_WORDS | {"°", ".", "º", ":"}:
        place += 1
    return place


def _code(scene: Scene, place: int) -> Reference | None:
    text = scene.chart.tokens[place].text
    known = scene.directory.invoice(text)
    if known:
        return Reference(place, place + 1, known)
    prefix = re.split(r"[-/]", text)[0]
    if prefix.isdigit():
        endings = scene.directory.ending(text)
        return Reference(place, place + 1, endings[0] if len(endings) == 1 else None)
    if fold(prefix) not in PREFIXES:
        return None
    if re.fullmatch(r"[A-Za-z]+[-/]\d{1,4}", text):  # INV-31 for INV-2026-0031
        endings = scene.directory.ending(re.split(r"[-/]", text)[1])
        return Reference(place, place + 1, endings[0] if len(endings) == 1 else None)
    return Reference(place, place + 1, None)


def _short_code(scene: Scene, place: int) -> Reference | None:
    return _code(scene, place) if scene.chart.kind(place) is Kind.CODE else None


def _short(scene: Scene, place: int, *, certain: bool) -> Reference | None:
    """Return the invoice of a short number such as 31; amounts and years are none."""
    chart = scene.chart
    number = read_number(chart, place)
    if number is None or number.scaled or number.value != int(number.value) or number.value < 0:
        return None
    said = chart.key(place)
    if said.isdigit() and number.end > place + 1 and not number.words:
        return None  # 1e9
    if not certain and not said.isdigit() and number.end == place + 1 and not number.words:
        return None  # 300 000 is money
    if number.words and not certain and number.value <= 1:  # chaque facture, une par une
        return None
    digits = said if said.isdigit() else f"{int(number.value)}"
    if len(digits) > SHORT_DIGITS_MAX:
        return None
    after = number.end
    if chart.at(after, "ordinal", "suffix") and chart.tokens[after].glued:  # the 15th
        return None
    counted = any(chart.at(after, kind) for kind in ("currency", "percent", "people"))
    today = chart.at(after, "day") is not None  # اليوم is a day and today
    counted = counted or (read_unit(chart, after) is not None and not today)
    # "la 47" is one thing, and 47 counts nothing after a singular article.
    certain = certain or (chart.key(place - 1) in {"la", "da", "na", "pela"} and number.value > 1)
    if counted or (not certain and _is_counting(scene, after)):
        return None
    if chart.key(after) in {"of", "von"} and (
        chart.key(after + 1) in {"the", "den"} or read_number(chart, after + 1)
    ):
        return None  # 2 of the 4 workshops
    known = scene.directory.invoice(digits)
    endings = (known,) if known else scene.directory.ending(digits)
    return Reference(place, after, endings[0] if len(endings) == 1 else None)


def _is_counting(scene: Scene, after: int) -> bool:
    """Tell whether a bare number counts something (40 chairs, 10 largest) or is a year."""
    chart = scene.chart
    phrase = chart.at(after, "cue")
    if phrase and phrase.end > after + 1:  # 49 en payée
        return False
    if chart.key(after) in {"/", "x", "@", "-", "%"} or chart.at(after, "at", "at"):
        return chart.key(after) not in _AFTER_NUMBER
    if read_year(chart, after - 1):
        return True
    if (
        chart.at(after, "cue", "invoices")
        or chart.at(after, "sort")
        or chart.at(after, "cue", "clients")
        or chart.at(after, "cue", "top")
    ):
        return True
    thing = chart.key(after) in {"things", "items", "lines", "jobs", "choses", "articles", "lignes"}
    following = thing or (chart.kind(after) is Kind.WORD and not chart.is_filler(after))
    return following and not any(
        chart.at(after, kind)
        for kind in ("cue", "status", "day", "method", "logic", "part", "due", "act")
    )
