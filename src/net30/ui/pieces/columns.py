"""Columns: which column of somebody's table means what: guessed, shown, and said by people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from net30.domain.identity.roles import Permission
from net30.kernel.findings import Finding
from net30.language.error_words import finding_in
from net30.ledger.mapping import Role, missing_meanings
from net30.services.read_columns import Columns, read_columns
from net30.ui.pieces.shown import sentence
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words

PLACE = re.compile(
    r"(?P<kind>rows|lines)\[(?P<row>\d+)\](\.(?P<cell>.+))?|(?P<column>.*)", re.DOTALL
)


def columns_of(visit: Visit, file: UploadedFile, needs: Permission, key: str) -> Columns:
    """Return the file's columns; read once, however often the page is drawn."""
    name = f"{key}_columns"
    kept = st.session_state.get(name)
    if kept is None or kept[0] != file.file_id:
        with visit.look(needs) as ctx:
            kept = (file.file_id, read_columns(ctx, file.getvalue()))
        st.session_state[name] = kept
    columns: Columns = kept[1]
    return columns


def choose_meanings(t: Words, columns: Columns, roles: Sequence[Role], key: str) -> dict[Role, str]:
    """Ask which column has each meaning, what was guessed being chosen; "" for none."""
    names = meanings(t)
    chosen: dict[Role, str] = {}
    with st.grid(4, min_column_width=170):
        for role in roles:
            guess = columns.meant.get(role)
            header = st.selectbox(
                names[role],
                columns.headers,
                index=columns.headers.index(guess) if guess in columns.headers else None,
                placeholder=t("none"),
                key=f"{key}_column_{role}",
            )
            chosen[role] = header or ""
    return chosen


def missing_in(t: Words, chosen: Mapping[Role, str]) -> list[str]:
    """Return in words what no column was found for and no table can be without."""
    names = meanings(t)
    return [
        " / ".join(names[Role(role)] for role in roles.split(" or "))
        for roles in missing_meanings(chosen)
    ]


def show_first_rows(t: Words, columns: Columns) -> None:
    """Show the first rows of the file, as it has them."""
    st.dataframe(
        dict(zip(columns.headers, zip(*columns.rows, strict=False), strict=False)),
        hide_index=True,
        alt=t("First rows of the file"),
    )


def place_called(t: Words, path: str) -> str:
    """Return where in a table something is, such as rows[43].issue_date, as people read it."""
    found = PLACE.fullmatch(path)
    assert found is not None  # whatever is no row is a column
    column = found["cell"] or found["column"] or ""
    meant = next((one for one in Role if one.value == column), None)
    name = meanings(t)[meant] if meant else column.replace("_", " ")
    if not found["row"]:
        return name or t("the file")
    number = found["row"]
    row = t("row {n}", n=number) if found["kind"] == "rows" else t("line {n}", n=number)
    return f"{row}, {name}" if name else row


def findings_table(visit: Visit, findings: Iterable[Finding]) -> None:
    """Show what is wrong with a file, and where, in the language of the screen."""
    t = visit.t
    told = [finding_in(one, t.language) for one in findings]
    table(
        visit,
        {
            t("Where"): [place_called(t, one.path) for one in told],
            t("What"): [sentence(one.message) for one in told],
        },
        alt=t("What is wrong with the file"),
    )


def meanings(t: Words) -> dict[Role, str]:
    """Return what a column can mean, as people call it."""
    return {
        Role.INVOICE_ID: t("Invoice's id"),
        Role.NUMBER: t("Invoice's number"),
        Role.CUSTOMER: t("Customer's name"),
        Role.CUSTOMER_ID: t("Customer's id"),
        Role.EMAIL: t("Mail address"),
        Role.ISSUE_DATE: t("Issued"),
        Role.DUE_DATE: t("Due"),
        Role.AMOUNT: t("Amount"),
        Role.CURRENCY: t("Currency"),
        Role.PAID_DATE: t("Paid on"),
        Role.BALANCE: t("Open"),
        Role.NET: t("Net"),
        Role.TAX: t("Tax"),
        Role.METHOD: t("Paid by"),
        Role.STATUS: t("Status"),
    }
