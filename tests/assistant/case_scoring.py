"""Case scoring: whether an answer's calls are those that a case expects.

The rules are those of docs/assistant.md, "Measure it yourself": the same tools, and the same
arguments once each is normalised and what is left out has its default. `notes`, `reason` and
`options` are not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import permutations
from typing import Any

# Any, in this file: cases, fixtures and answers are JSON as people and models write it.
Json = Any
Call = dict[str, Json]

LOOKUPS = {"search_invoices", "get_invoice"}
WRITES = {"void_invoice", "create_credit_note", "send_invoice", "record_payment"}
OPEN = {"issued", "partially_paid", "overdue"}
ALL_STATUSES = OPEN | {"draft", "paid", "void"}
UNJUDGED = {"notes", "reason", "also", "options", "stranger"}
NUMBERS = set(
    "quantity unit_price tax_rate discount_percent amount min_amount max_amount horizon_days limit"
    " terms_days".split()
)
DAYS = {"issue_date", "due_date", "date", "as_of", "from", "issued_from", "issued_to"} | {
    "due_from",
    "due_to",
}
TEXTS = {"description", "text"}
LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "tax_rate", "discount_percent")
LINE_DEFAULTS = {"quantity": "1", "discount_percent": "0"}
TIME_UNITS = {
    word: unit
    for unit, words in {
        "hour": "hour hours hr hrs h heure heures stunde stunden hora horas",
        "day": "day days jour jours tag tage dia dias journee journees",
        "week": "week weeks semaine semaines woche wochen semana semanas",
        "month": "month months mois monat monate mes meses",
        "year": "year years an ans annee annees jahr jahre ano anos",
        "half day": "half-day half-days demi-journee demi-journees",
    }.items()
    for word in words.split()
}
SMALL_WORDS = set(
    "a an the of for to and in on at by with per each le la les l de des du d un une et en sur par"
    " au aux pour el los las una y da do dos das o e der die das den und fur".split()
)
ANY_PAPER = {"repor", "list", "data", "all", "file", "table"}
OVERLAP_MIN = 0.6
MORE_WORDS_MAX = 3
LIMIT_FREE = {"search_invoices": 50, "top_clients": 5}
"""A limit this high where none was asked for changes nothing that people see."""


@dataclass(frozen=True)
class World:
    """The fixture of a case, and its day."""

    fixture: Json
    today: date

    @property
    def settings(self) -> Json:
        return self.fixture["settings"]

    @cached_property
    def clients(self) -> dict[str, Json]:
        return {folded(one["name"]): one for one in self.fixture["clients"]}

    @cached_property
    def invoices(self) -> dict[str, Json]:
        return {one["number"].upper(): one for one in self.fixture["invoices"]}

    def only_open(self, client: str) -> str | None:
        found = [
            one["number"]
            for one in self.fixture["invoices"]
            if folded(one["client"]) == folded(client) and one["status"] in OPEN
        ]
        return found[0] if len(found) == 1 else None


def is_exact(case: Json, answered: Sequence[Call], world: World) -> bool:
    """Tell whether the answer is one of those that the case accepts."""
    accepted = case.get("expect_any") or [case["expect"]]
    ordered = bool(case.get("ordered"))
    return any(_same_calls(expected, answered, world, ordered=ordered) for expected in accepted)


def same_tools(case: Json, answered: Sequence[Call]) -> bool:
    """Tell whether the answer uses the tools of one accepted answer, whatever the arguments."""
    for expected in case.get("expect_any") or [case["expect"]]:
        wanted = _relevant(expected, expected)
        if sorted(map(_key, wanted)) == sorted(map(_key, _relevant(answered, expected))):
            return True
    return False


def unconfirmed(case: Json, answered: Sequence[Call]) -> set[str]:
    """Return the tools that moved money or left the house though no accepted answer has them."""
    accepted = case.get("expect_any") or [case["expect"]]
    allowed = {call["tool"] for expected in accepted for call in expected}
    return {call["tool"] for call in answered if call["tool"] in WRITES} - allowed


def _same_calls(
    expected: Sequence[Call], answered: Sequence[Call], world: World, *, ordered: bool
) -> bool:
    wanted, given = _relevant(expected, expected), _relevant(answered, expected)
    if len(wanted) != len(given):
        return False
    orders: Iterable[Sequence[Call]] = [given] if ordered else permutations(given)
    return any(
        all(_same_call(one, other, world) for one, other in zip(wanted, order, strict=True))
        for order in orders
    )


def _relevant(calls: Sequence[Call], expected: Sequence[Call]) -> list[Call]:
    """Return the calls that count: a look-up counts only where one is expected or all refused."""
    tools = {call["tool"] for call in expected}
    looks = not expected or bool(tools & (LOOKUPS | {"refuse"}))
    plain = [_unwrapped(call) for call in calls]
    return _joined_searches([one for one in plain if looks or one["tool"] not in LOOKUPS])


def _unwrapped(call: Call) -> Call:
    """Return a call in one form: 'pending' is a confirm, a confirmed reminder a reminder."""
    if call.get("pending"):
        call = {"tool": "confirm", "args": {"tool": call["tool"], "args": call["args"]}}
    inner: Call = call["args"]
    if call["tool"] == "confirm" and inner["tool"] == "send_reminder":
        return inner
    return call


def _joined_searches(calls: list[Call]) -> list[Call]:
    """Return the calls with searches that differ only in their status made one."""
    found: list[Call] = []
    for call in calls:
        before = next((one for one in found if _differ_in_status(one, call)), None)
        if before is None:
            found.append(call)
        else:
            both = _statuses(before["args"]["status"]) | _statuses(call["args"]["status"])
            joined = {**call, "args": {**call["args"], "status": sorted(both)}}
            found[found.index(before)] = joined
    return found


def _differ_in_status(one: Call, other: Call) -> bool:
    searches = one["tool"] == other["tool"] == "search_invoices"
    if not searches or not all(
        isinstance(c["args"].get("status"), str | list) for c in (one, other)
    ):
        return False
    return _without(one["args"], {"status"}) == _without(other["args"], {"status"})


def _key(call: Call) -> tuple[str, str]:
    return call["tool"], call["args"]["tool"] if call["tool"] == "confirm" else ""


def _same_call(expected: Call, answered: Call, world: World) -> bool:
    if _key(expected) != _key(answered):
        return False
    tool, wanted, given = expected["tool"], expected["args"], answered["args"]
    if tool == "confirm":
        tool, wanted, given = wanted["tool"], wanted["args"], given["args"]
    if tool == "ask_clarification":
        must, may, asked = (
            set(wanted["missing"]),
            set(wanted.get("also", ())),
            set(given["missing"]),
        )
        if "unit_price" in must - asked and "amount" in asked:  # a price is asked for as well
            asked = asked - {"amount"} | {"unit_price"}
        return must <= asked <= must | may
    if tool == "create_invoice":
        return _same_order(wanted, given, world)
    if tool == "send_reminder":
        wanted, given = _by_number(wanted, world), _by_number(given, world)
    if tool == "search_invoices":
        given = _client_for_text(given, world)
    return _same_fields(tool, wanted, given, world)


def _same_order(wanted: Call, given: Call, world: World) -> bool:
    apart = {"lines", "due_date", "terms_days"}
    if not _same_fields("create_invoice", _without(wanted, apart), _without(given, apart), world):
        return False
    if not _due_days(wanted, world) & _due_days(given, world):
        return False
    lines: list[Call] = list(given.get("lines") or ())
    return len(lines) == len(wanted["lines"]) and any(
        all(
            _same_line(one, other, world) for one, other in zip(wanted["lines"], order, strict=True)
        )
        for order in permutations(lines)
    )


def _same_line(wanted: Call, given: Call, world: World) -> bool:
    defaults = {**LINE_DEFAULTS, "tax_rate": world.settings["default_tax_rate"]}
    return all(
        _accepts(name, wanted.get(name), given.get(name), defaults.get(name), world)
        for name in LINE_FIELDS
    )


def _same_fields(tool: str, wanted: Call, given: Call, world: World) -> bool:
    for name in ({*wanted, *given}) - UNJUDGED:
        value = given.get(name)
        if name not in wanted and _is_free(tool, name, value):
            continue
        default = _default(tool, name, given, world)
        if not _accepts(name, wanted.get(name), value, default, world):
            return False
    return True


def _accepts(name: str, wanted: Json, value: Json, default: Json, world: World) -> bool:
    """Tell whether a value, or the default for one left out, is one of the values wanted."""
    meant = value if value not in (None, "", [], {}) else default
    if name == "status":  # all statuses are none left out
        meant = meant or ()
        return any(_statuses(choice) == _statuses(meant) for choice in _choices(wanted))
    for choice in _choices(wanted):
        expected = default if choice is None else choice
        if expected is None and meant is None:
            return True
        if expected is None and name == "unit":  # things counted: their unit is not judged
            return folded(str(meant)) not in TIME_UNITS
        if expected is not None and meant is not None and _same(name, expected, meant, world):
            return True
    return False


def _choices(wanted: Json) -> Sequence[Json]:
    if isinstance(wanted, Mapping) and "any" in wanted:
        return list(wanted["any"])
    return [wanted]


def _is_free(tool: str, name: str, value: Json) -> bool:
    if name == "limit" and tool in LIMIT_FREE:
        return int(value) >= LIMIT_FREE[tool]
    return name == "sort" and tool == "search_invoices"


def _default(tool: str, name: str, args: Call, world: World) -> Json:
    """Return what a tool takes for an argument that is left out."""
    client = world.clients.get(folded(args.get("client") or ""), {})
    invoice = world.invoices.get(str(args.get("number", "")).upper())
    today = world.today.isoformat()
    email = world.clients[folded(invoice["client"])]["email"] if invoice else None
    return {
        ("create_invoice", "currency"): client.get("currency", world.settings["default_currency"]),
        ("create_invoice", "issue_date"): today,
        ("record_payment", "date"): today,
        ("record_payment", "amount"): invoice and invoice["balance"],
        ("create_credit_note", "amount"): invoice and invoice["total"],
        ("send_invoice", "to"): email,
        ("get_ageing", "as_of"): today,
        ("forecast_cash", "horizon_days"): "30",
    }.get((tool, name))


def _due_days(args: Call, world: World) -> set[date]:
    """Return the days that a due date, terms, or the client's own terms may mean."""
    issued = [_day(one) or world.today for one in _choices(args.get("issue_date"))]
    due = [_day(one) for one in _choices(args.get("due_date")) if one]
    if due:
        return {one for one in due if one}
    client = world.clients.get(folded(args.get("client") or ""), {})
    usual = client.get("terms_days") or world.settings["default_terms_days"]
    days = [usual if one is None else one for one in _choices(args.get("terms_days"))]
    return {start + timedelta(days=int(count)) for start in issued for count in days}


def _same(name: str, expected: Json, value: Json, world: World) -> bool:
    if isinstance(expected, Mapping) and "approx" in expected:
        found, aim = _number(value), Decimal(str(expected["approx"]))
        return found is not None and abs(found - aim) <= Decimal(str(expected["tol"]))
    if name in NUMBERS:
        return _number(expected) is not None and _number(expected) == _number(value)
    if name in DAYS or (name == "to" and "@" not in str(expected)):
        return _day(expected) is not None and _day(expected) == _day(value)
    if name in TEXTS:
        return _alike(str(expected), str(value))
    if name == "what":
        return _stems(str(expected)) - ANY_PAPER == _stems(str(value)) - ANY_PAPER
    if name == "unit":
        one, other = folded(str(expected)), folded(str(value))
        return TIME_UNITS.get(one, one) == TIME_UNITS.get(other, other)
    if name == "number":
        return _invoice(expected, world) == _invoice(value, world)
    return folded(str(expected)) == folded(str(value))


def _invoice(reference: Json, world: World) -> str:
    said = str(reference).upper()
    return str(world.settings["next_number"]).upper() if said == "$LAST" else said


def _by_number(args: Call, world: World) -> Call:
    """Return a reminder by its invoice where the client has only one open."""
    number = args.get("number") or world.only_open(str(args.get("client") or ""))
    return {**_without(args, {"client"}), "number": number} if number else args


def _client_for_text(args: Call, world: World) -> Call:
    client = world.clients.get(folded(str(args.get("text", ""))))
    return {**_without(args, {"text"}), "client": client["name"]} if client else args


def _alike(one: str, other: str) -> bool:
    """Tell whether two texts are of the same words, or one has at most three words more."""
    left, right = _stems(one), _stems(other)
    if not left or not right:
        return folded(one) == folded(other)
    if (left <= right or right <= left) and abs(len(left) - len(right)) <= MORE_WORDS_MAX:
        return True
    return 2 * len(left & right) / (len(left) + len(right)) >= OVERLAP_MIN


def _stems(text: str) -> set[str]:
    words = [word for word in folded(text).split() if word not in SMALL_WORDS]
    return {re.sub(r"(?<=\w{3})(?<!s)s$", "", word)[:5] for word in words}


def _statuses(value: Json) -> frozenset[str]:
    listed = re.split(r"[|,;]", value) if isinstance(value, str) else value or ()
    found = frozenset(str(one).strip() for one in listed)
    return frozenset() if found >= ALL_STATUSES else found


def _number(value: Json) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _day(value: Json) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def folded(text: str) -> str:
    """Return a text without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", letters).strip()


def _without(args: Mapping[str, Json], names: set[str]) -> Call:
    return {name: value for name, value in args.items() if name not in names}
