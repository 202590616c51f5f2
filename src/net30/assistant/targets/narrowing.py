"""Narrowing: which of some invoices a clause means, by its status, period, subject or amount."""

from __future__ import annotations

import re
from decimal import Decimal

from net30.assistant.understanding.chart import Chart
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.periods import read_period
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

SUBJECT_LETTERS_MIN = 3
"""Shorter words name nothing that was sold."""


def open_of(scene: Scene, client: str) -> tuple[KnownInvoice, ...]:
    """Return a client's invoices on which money is still to come."""
    return tuple(one for one in scene.directory.of_client(client) if one.is_open)


def narrow(scene: Scene, invoices: tuple[KnownInvoice, ...]) -> tuple[KnownInvoice, ...]:
    """Return those of some invoices that fit the clause's status, period, subject or amount."""
    if len(invoices) <= 1:
        return invoices
    for keep in (_of_status, _of_period, _of_subject, _of_rank):
        kept = keep(scene, invoices)
        if len(kept) == 1:
            return kept
        invoices = kept or invoices
    return invoices


def _of_status(scene: Scene, invoices: tuple[KnownInvoice, ...]) -> tuple[KnownInvoice, ...]:
    said = {match.value for match in scene.chart.find("status")}
    kept = tuple(one for one in invoices if one.status in said)
    return kept or invoices


def _of_period(scene: Scene, invoices: tuple[KnownInvoice, ...]) -> tuple[KnownInvoice, ...]:
    chart = scene.chart
    place = 0
    while place < len(chart.tokens):
        period = None if scene.is_named(place) else read_period(chart, place, scene.calendar)
        if period and not period.single:
            span = period.past
            return tuple(
                one
                for one in invoices
                if (span.first is None or one.issue_date >= span.first)
                and (span.last is None or one.issue_date <= span.last)
            )
        place = period.end if period else place + 1
    return invoices


def subject_said(scene: Scene) -> tuple[str, ...]:
    """Return the words right after an invoice noun: 'the invoice for the [road works]'."""
    chart = scene.chart
    for match in chart.find("cue", "invoice"):
        end = match.end
        while end < len(chart.tokens) and chart.kind(end) is Kind.WORD and not _tells(chart, end):
            end += 1
        found = subject_words(scene, range(match.end, end))
        if found:
            return found
    return ()


def _tells(chart: Chart, place: int) -> bool:
    """Tell whether a verb begins that says what is to be done with the invoice."""
    return any(
        not chart.is_filler(place) or match.end > place + 1
        for category in ("cue", "status")
        for match in chart.all_at(place, category)
    )


def subject_words(scene: Scene, where: range | None = None) -> tuple[str, ...]:
    """Return the clause's words that may name what was sold; `where` limits them to places."""
    chart = scene.chart
    taken: set[int] = set()
    for place in range(len(chart.tokens)):
        for category in (
            "cue",
            "method",
            "status",
            "month",
            "period",
            "day",
            "part",
            "due",
            "unit",
            "currency",
            "multiplier",
            "number",
        ):
            match = chart.at(place, category)
            if match:
                taken.update(range(match.start, match.end))
    return tuple(
        token.key
        for place, token in enumerate(chart.tokens)
        if token.kind is Kind.WORD
        and place not in taken
        and (where is None or place in where)
        and not scene.is_named(place)
        and not chart.is_filler(place)
        and len(token.key) >= SUBJECT_LETTERS_MIN
    )


def _stems(text: str) -> set[str]:
    return {fold(word)[:5] for word in re.findall(r"[^\W\d_]+", text)}


def _of_subject(scene: Scene, invoices: tuple[KnownInvoice, ...]) -> tuple[KnownInvoice, ...]:
    words = {word[:5] for word in subject_words(scene)}
    counts = [len(words & _stems(one.subject)) for one in invoices]
    best = max(counts)
    if best == 0:
        return invoices
    return tuple(one for one, count in zip(invoices, counts, strict=True) if count == best)


def _of_rank(scene: Scene, invoices: tuple[KnownInvoice, ...]) -> tuple[KnownInvoice, ...]:
    """Return the newest, oldest or largest one where the clause says so."""
    ranks = {match.value for match in scene.chart.find("sort")}
    if any(scene.chart.find("cue", "last_invoice")) or "-issue_date" in ranks:
        return (max(invoices, key=lambda one: (one.issue_date, one.reference)),)
    if "issue_date" in ranks:
        return (min(invoices, key=lambda one: (one.issue_date, one.reference)),)
    if "-amount" in ranks:
        return (max(invoices, key=lambda one: (one.total, one.reference)),)
    return invoices


def by_amount(
    invoices: tuple[KnownInvoice, ...], amount: Decimal | None
) -> tuple[KnownInvoice, ...]:
    """Return the only invoice whose balance is exactly the amount, else all of them."""
    kept = tuple(one for one in invoices if one.balance == amount)
    return kept if len(kept) == 1 else invoices


def points_to_last(scene: Scene) -> bool:
    """Tell whether a clause speaks of the invoice just made."""
    return any(scene.chart.find("cue", "last_invoice"))
