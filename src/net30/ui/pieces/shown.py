"""Shown: how the trade's codes look on a screen: statuses as badges, bands, reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from net30.assistant.replies.catalogue import reply_language
from net30.assistant.replies.catalogue import words as replies
from net30.domain.open_item import Status
from net30.language.dates import write_short_date

STATUS_COLOURS: Mapping[Status, str] = {
    Status.DRAFT: "gray",
    Status.ISSUED: "blue",
    Status.SENT: "blue",
    Status.PARTIALLY_PAID: "violet",
    Status.OVERDUE: "red",
    Status.PAID: "green",
    Status.CREDITED: "gray",
    Status.WRITTEN_OFF: "orange",
    Status.VOID: "gray",
}
DAYS_IN_COLUMNS = {"en": "D MMM YYYY", "de": "DD.MM.YYYY"}
DAYS_IN_FIELDS = {"en": "YYYY-MM-DD", "de": "DD.MM.YYYY"}
DAYS_USUAL = "DD/MM/YYYY"
"""Streamlit's own way follows the browser's language and not the one that was chosen here."""
TURNED = {"back": "forward", "left": "right", "forward": "back", "right": "left"}
_MARKS = re.compile(r"(?P<side>(?<![^-|\s]):(?=-)|(?<=-):(?![^-|\s]))|[\\`\[\]{}<>$:!&]")
"""What Markdown would take for its own; a colon also says to which side a table's column leans."""
BAND_COLOURS = {"low": "green", "medium": "orange", "high": "red"}


def said(table: str, code: str, language: str) -> str:
    """Return a code in words, as the assistant says it."""
    return replies(reply_language(language), table)[code]


def sentence(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def status_name(status: Status, language: str) -> str:
    """Return a status as a label."""
    return sentence(said("status", status.value, language))


def band_names(language: str) -> dict[str, str]:
    """Return the bands of risk as labels, from the least."""
    return {band: sentence(said("band", band, language)) for band in BAND_COLOURS}


def day_column(language: str) -> str:
    """Return how a table writes a day, in the marks of Streamlit's columns."""
    return DAYS_IN_COLUMNS.get(language, DAYS_USUAL)


def day_field(language: str) -> str:
    """Return how a field takes a day; of digits only, as Streamlit wants it."""
    return DAYS_IN_FIELDS.get(language, DAYS_USUAL)


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Write a day with its time, as it is where the company is."""
    there = at.astimezone(zone)
    return f"{write_short_date(there.date(), language)} {there:%H:%M:%S}"


def pointing(icon: str, direction: str) -> str:
    """Return a sign that points on or back, turned round where one reads from the right.

    >>> pointing("arrow_back", "rtl"), pointing("arrow_back", "ltr"), pointing("add", "rtl")
    ('arrow_forward', 'arrow_back', 'add')
    """
    kind, _, to = icon.rpartition("_")
    turns = direction == "rtl" and kind in {"arrow", "chevron"}
    return f"{kind}_{TURNED[to]}" if turns else icon


def modest(text: str) -> str:
    """Return what an assistant writes: emphasis, lists and tables stay, all else is text.

    It repeats texts of the books, so links, images, icons, colours and formulas are not its own.

    >>> modest("|---:|")
    '|---:|'
    """
    return _MARKS.sub(lambda mark: mark[0] if mark["side"] else rf"\{mark[0]}", text)


def plain(text: str) -> str:
    """Return text of the books in which nothing is Markdown, nor an icon or a colour."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]{}<>#|$:~!&" else letter for letter in text)
