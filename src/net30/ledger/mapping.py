"""Mapping: which column of a file means what, guessed, shown, and kept as a layout in JSON.

A layout is a data file: layouts/<name>.json here, or a user's own. `columns` names, for each
role, the headers it may bear; `signature` the headers by which a file is recognised; `extras` the
columns that were known when the invoice was issued ("*" for all others but the `ignored` ones). A
column that ends in _ex_post is known only later and is never kept, whatever a layout says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from net30.domain.customer import fold
from net30.kernel.errors import InputError, NotFound

EX_POST = "_ex_post"
"""The end of the name of a column that is known only after the invoice was issued."""

LAYOUT_BYTES_MAX = 262_144
EXTRAS_MAX = 50
ALL = "*"
GUESSED = "guessed"

# Words in other systems' headers that tell how things ended; such columns are not kept either.
_ENDINGS = re.compile(
    r"\b(status|statut|state|paid|paye|payee|payment|paiement|regle|reglement|settled?|cleared?|"
    r"closed?|late|retard|overdue|delay|dayslate|daystosettle|balance|solde|outstanding|isopen|"
    r"disputed?|litige|reminders?|relances?|collect\w*|write\s?off|refund\w*|partial|"
    r"updated|modified)\b"
)


class DateOrder(StrEnum):
    """What comes first in 03/04/2026."""

    DAY_FIRST = "DMY"
    MONTH_FIRST = "MDY"


class Role(StrEnum):
    """What a column can mean."""

    INVOICE_ID = "invoice_id"
    NUMBER = "number"
    CUSTOMER_ID = "customer_id"
    CUSTOMER = "customer"
    EMAIL = "email"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    AMOUNT = "amount"
    CURRENCY = "currency"
    PAID_DATE = "paid_date"
    BALANCE = "balance"
    NET = "net"
    TAX = "tax"
    METHOD = "method"
    STATUS = "status"


_NEEDED = (
    (Role.INVOICE_ID, Role.NUMBER),
    (Role.CUSTOMER_ID, Role.CUSTOMER),
    (Role.ISSUE_DATE,),
    (Role.AMOUNT,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How another system lays out its receivables."""

    name: str
    columns: dict[Role, tuple[str, ...]]
    description: str = ""
    signature: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    decimal_mark: str = ""
    currency: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Which header of one file bears which role; `left_out` says why a column is not kept."""

    layout: Layout
    columns: dict[Role, str]
    extras: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the mapping as a layout that can be edited and used again."""
        content: dict[str, object] = {
            "name": self.layout.name,
            "columns": {role.value: [header] for role, header in self.columns.items()},
            "extras": list(self.extras),
            "date_order": self.layout.date_order.value if self.layout.date_order else "",
            "decimal_mark": self.layout.decimal_mark,
            "currency": self.layout.currency,
            "source": self.layout.source,
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def map_columns(headers: tuple[str, ...], layout: Layout | None = None) -> Mapping:
    """Return which column means what: by the layout, by a known one that fits, or by a guess.

    Raises InputError, with the columns found and how to name them, when one that is needed is
    missing or stands there twice.
    """
    chosen = layout or _recognised(headers)
    columns = _by_layout(headers, chosen) if chosen else _by_synonyms(headers)
    chosen = chosen or Layout(name=GUESSED, columns={})
    _check(headers, columns)
    extras, left_out = _extras(headers, columns, chosen)
    return Mapping(layout=chosen, columns=columns, extras=extras, left_out=left_out)


def missing_meanings(columns: Pairs[Role, str]) -> tuple[str, ...]:
    """Return what no column was found for and no table of invoices can be without."""
    return tuple(
        " or ".join(roles) for roles in _NEEDED if not any(columns.get(role) for role in roles)
    )


@cache
def layout_names() -> tuple[str, ...]:
    """Return the names of the layouts that come with net30."""
    folder = files("net30.ledger") / "layouts"
    return tuple(
        sorted(file.name.removesuffix(".json") for file in folder.iterdir()
               if file.name.endswith(".json"))
    )  # fmt: skip


@cache
def named_layout(name: str) -> Layout:
    """Return a layout that comes with net30; raise NotFound, with the names there are."""
    if name not in layout_names():
        raise NotFound(
            f"there is no layout {name!r}",
            hint=f"there are: {', '.join(layout_names())}; or give a JSON file",
            code="no_layout",
        )
    return parse_layout((files("net30.ledger") / "layouts" / f"{name}.json").read_bytes())


def layout_of(text: str) -> Layout:
    """Return the layout that a text names, or is as JSON; raise InputError for none."""
    return parse_layout(text.encode()) if text.lstrip().startswith("{") else named_layout(text)


def parse_layout(content: bytes) -> Layout:
    """Return the layout that a JSON file describes; raise InputError for what is none."""
    try:
        raw = json.loads(content) if len(content) <= LAYOUT_BYTES_MAX else None
        return _layout(raw)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        roles = ", ".join(Role)
        raise InputError(
            f"the layout cannot be read: {error}",
            hint=f'write {{"columns": {{"amount": ["Total"], ...}}}} with the roles {roles}',
            code="layout",
        ) from error


def _layout(raw: Any) -> Layout:  # Any: what json.loads gives, checked here
    columns = {
        Role(role): (names,) if isinstance(names, str) else tuple(map(str, names))
        for role, names in raw["columns"].items()
    }
    extras = raw.get("extras", [])
    mark = str(raw.get("decimal_mark", ""))
    if mark not in {"", ".", ","}:
        raise ValueError(f"decimal_mark {mark!r} is neither . nor ,")
    return Layout(
        name=str(raw.get("name", "own")),
        description=str(raw.get("description", "")),
        columns=columns,
        signature=tuple(map(str, raw.get("signature", []))),
        extras=(extras,) if isinstance(extras, str) else tuple(map(str, extras)),
        ignored=tuple(map(str, raw.get("ignored", []))),
        date_order=DateOrder(raw["date_order"]) if raw.get("date_order") else None,
        decimal_mark=mark,
        currency=str(raw.get("currency", "")),
        source=str(raw.get("source", "")),
    )


@cache
def _synonyms() -> dict[Role, tuple[str, ...]]:
    raw = json.loads((files("net30.ledger") / "synonyms.json").read_text(encoding="utf-8"))
    return {Role(role): tuple(map(fold, names)) for role, names in raw.items()}


def _recognised(headers: tuple[str, ...]) -> Layout | None:
    present = {_key(header) for header in headers}
    fitting = [
        layout
        for layout in map(named_layout, layout_names())
        if layout.signature and all(_key(header) in present for header in layout.signature)
    ]
    # The layout that recognises most columns knows the file best.
    return max(fitting, key=lambda layout: len(layout.signature), default=None)


def _by_layout(headers: tuple[str, ...], layout: Layout) -> dict[Role, str]:
    by_key = {_key(header): header for header in reversed(headers)}
    columns = {}
    for role, names in layout.columns.items():
        found = [by_key[_key(name)] for name in names if _key(name) in by_key]
        if found:
            columns[role] = found[0]
    return columns


def _by_synonyms(headers: tuple[str, ...]) -> dict[Role, str]:
    """Return the guess: the first synonym of each role that a header bears; each header once."""
    by_fold = {_plain(header): header for header in reversed(headers) if header}
    columns: dict[Role, str] = {}
    for role, names in _synonyms().items():
        found = [by_fold[name] for name in names if name in by_fold]
        free = [header for header in found if header not in columns.values()]
        if free:
            columns[role] = free[0]
    return columns


def _plain(header: str) -> str:
    """Return a header's words: InvoiceDate and invoice_date are both 'invoice date'."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))


def _check(headers: tuple[str, ...], columns: dict[Role, str]) -> None:
    missing = missing_meanings(columns)
    found = ", ".join(repr(header) for header in headers if header)
    if missing:
        raise InputError(
            f"no column was found for: {', '.join(missing)}",
            hint=f"the file has {found}. Say which column means what: a layout is JSON such as "
            '{"columns": {"amount": ["Total"], ...}}',
            code="columns_missing",
        )
    twice = [header for header in columns.values() if headers.count(header) > 1]
    if twice:
        raise InputError(
            f"the column {twice[0]!r} stands in the file twice",
            hint="rename or remove one of them",
            code="column_twice",
        )
    later = [header for header in columns.values() if _key(header).endswith(EX_POST)]
    if later:
        raise InputError(
            f"the column {later[0]!r} is known only after the invoice was issued",
            hint="map another column, or rename it if it is the paid date itself",
            code="column_ex_post",
        )


def _extras(
    headers: tuple[str, ...], columns: dict[Role, str], layout: Layout
) -> tuple[tuple[str, ...], dict[str, str]]:
    wanted = {_key(name) for name in layout.extras}
    ignored = {_key(name) for name in layout.ignored}
    everything = ALL in wanted or layout.name == GUESSED
    extras: list[str] = []
    left_out: dict[str, str] = {}
    for header in headers:
        if not header or header in columns.values():
            continue
        if _key(header).endswith(EX_POST):
            left_out[header] = "known only after the invoice was issued"
        elif _key(header) in ignored or (not everything and _key(header) not in wanted):
            left_out[header] = f"not kept by the layout {layout.name!r}"
        elif layout.name == GUESSED and _ENDINGS.search(_plain(header)):
            left_out[header] = "tells how things ended, which was not known at issue"
        elif headers.count(header) > 1 or len(extras) >= EXTRAS_MAX:
            left_out[header] = f"stands there twice, or is beyond {EXTRAS_MAX} further columns"
        else:
            extras.append(header)
    return tuple(extras), left_out


def _key(header: str) -> str:
    return header.strip().casefold()
