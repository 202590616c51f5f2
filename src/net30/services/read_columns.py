"""Read columns: what the columns of somebody's table are called, and what they seem to mean."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.history_pieces import HistoryPath, first_rows
from net30.ledger.imports.claims import Defaults
from net30.ledger.mapping import GUESSED, Role, map_columns, missing_meanings, named_layout
from net30.services.context import ReadContext

ROWS_SHOWN = 5
_ROWS_READ = 200
MAPPED = (
    Role.INVOICE_ID,
    Role.NUMBER,
    Role.CUSTOMER,
    Role.CUSTOMER_ID,
    Role.ISSUE_DATE,
    Role.DUE_DATE,
    Role.AMOUNT,
    Role.CURRENCY,
)
"""The meanings that a score depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A table's headers, its first rows, and the column that seems to have each meaning.

    `layout` names the other system that the table was recognised as, "guessed" for none.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    meant: Mapping[Role, str]
    layout: str

    def layout_for(self, chosen: Mapping[Role, str]) -> str:
        """Return how to read the table with these columns, as JSON; "" where that is guessed.

        Raises InputError when a column is to mean two things, or none has a meaning that is needed.
        """
        wanted = {role: name for role, name in chosen.items() if name}
        guessed = {role: self.meant[role] for role in chosen if role in self.meant}
        names = list(wanted.values())
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise InputError(
                f"the column {twice!r} was given two meanings",
                hint="choose another column for one of them",
                code="column_twice",
            )
        if missing := missing_meanings(wanted):
            raise InputError(
                f"no column was chosen for: {', '.join(missing)}",
                hint="choose the column that has it",
                code="columns_missing",
            )
        if wanted == guessed:
            return ""
        return json.dumps({"name": GUESSED, "columns": wanted, **self._known()}, ensure_ascii=False)

    def _known(self) -> dict[str, str]:
        """Return how the system that wrote the table writes days and amounts, where it is known."""
        if self.layout == GUESSED:
            return {}
        known = named_layout(self.layout)
        return {
            "date_order": known.date_order.value if known.date_order else "",
            "decimal_mark": known.decimal_mark,
            "currency": known.currency,
            "source": known.source,
        }


def read_columns(ctx: ReadContext, content: bytes) -> Columns:
    """Return the columns of a table in CSV, XLSX or Parquet; raise InputError for what is none."""
    with tempfile.TemporaryDirectory(prefix="net30-columns-") as name:
        path = Path(name) / "asked"
        path.write_bytes(content)
        defaults = Defaults(currency=ctx.company.currency, today=ctx.today)
        sheet = first_rows(HistoryPath(path=path, defaults=defaults, rows_a_piece=_ROWS_READ))
        columns = [compute.texts(column.slice(0, ROWS_SHOWN)) for column in sheet.columns]
    try:
        mapping = map_columns(sheet.headers)
        meant, layout = mapping.columns, mapping.layout.name
    except InputError as error:
        if error.code != "columns_missing":
            raise
        meant, layout = {}, GUESSED  # people say which is which
    return Columns(
        headers=tuple(header for header in sheet.headers if header),
        rows=tuple(zip(*columns, strict=False)),
        meant=meant,
        layout=layout,
    )
