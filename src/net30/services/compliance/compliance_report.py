"""Compliance report: the evidence as sections that every report format can write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from net30.domain.audit import AuditEntry
from net30.services.compliance.gather_evidence import Evidence
from net30.services.compliance.note_evidence import EvidenceKind
from net30.services.context import ReadContext
from net30.services.reporting.content import (
    Cell,
    Figure,
    ReportContent,
    Section,
    Table,
    Unit,
)
from net30.services.reporting.words import LANGUAGES, OTHERWISE, ReportWords, report_words

NAME = "compliance"


def compliance_report(ctx: ReadContext, evidence: Evidence, language: str = "") -> ReportContent:
    """Return the report as of now; InputError for a language that reports are not written in."""
    company = ctx.company
    usual = company.language if company.language in LANGUAGES else OTHERWISE
    words = report_words(language or usual)
    sections = tuple(_sections(words, evidence))
    ctx.take_out(f"report {NAME}", sum(len(one.table.rows) for one in sections))
    return ReportContent(
        name=NAME,
        title=words("compliance.title"),
        seller=company.party.name,
        as_of=ctx.today,
        language=words.language,
        sections=sections,
        notes=(words("compliance.scope"),),
    )


def _sections(words: ReportWords, evidence: Evidence) -> Iterator[Section]:
    yield _safeguards(words, evidence)
    yield _access(words, evidence)
    yield _keys(words, evidence)
    yield _happened(words, "access_changes", evidence.access_changes)
    yield _changes(words, evidence)
    yield _audit(words, evidence)
    yield _privacy(words, evidence)
    yield _happened(words, "outgoing", evidence.outgoing)
    yield _happened(words, "noted", evidence.noted)


def _safeguards(words: ReportWords, evidence: Evidence) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (words("compliance.wall"), words(f"compliance.wall_{evidence.wall}"), None)
    ]
    for kind in EvidenceKind:
        found = evidence.last_noted(kind)
        told = found.detail if found else words("compliance.not_known")
        if kind is not EvidenceKind.OTHER:
            rows.append((words(f"compliance.kind_{kind}"), told, _day(found.at) if found else None))
    known = sum(row[2] is not None for row in rows[1:])
    finding = words("compliance.found_safeguards", known=known, of=len(rows) - 1)
    return _section(words, "safeguards", finding, ("what", "told", "day"), rows)


def _access(words: ReportWords, evidence: Evidence) -> Section:
    rows = [
        (
            one.member.user.email,
            one.member.membership.role.value,
            one.member.membership.since.date(),
            words("compliance.yes" if one.second_factor else "compliance.no"),
            _count(one.sessions),
            _count(one.keys),
            one.last_sign_in.date() if one.last_sign_in else None,
            _count(one.refused),
        )
        for one in evidence.access
    ]
    without = sum(not one.second_factor for one in evidence.access)
    finding = words("compliance.found_access", members=len(rows), without=without)
    columns = ("member", "role", "since", "second_factor", "sessions", "keys", "last", "refused")
    return _section(words, "access", finding, columns, rows)


def _keys(words: ReportWords, evidence: Evidence) -> Section:
    emails = {one.member.user.id: one.member.user.email for one in evidence.access}
    rows = [
        (
            key.name,
            key.prefix,
            emails.get(key.user_id, key.user_id),
            _count(len(key.scopes)),
            key.made_at.date(),
            key.expires_at.date() if key.expires_at else None,
            words("compliance.valid" if key.is_valid(evidence.at) else "compliance.ended"),
        )
        for key in evidence.keys
    ]
    valid = sum(key.is_valid(evidence.at) for key in evidence.keys)
    finding = words("compliance.found_keys", keys=len(rows), valid=valid)
    columns = ("key", "prefix", "member", "permissions", "made", "until", "state")
    return _section(words, "keys", finding, columns, rows)


def _changes(words: ReportWords, evidence: Evidence) -> Section:
    rows = [(one.action, _count(one.times), one.last.date()) for one in evidence.changes]
    times = sum(one.times for one in evidence.changes)
    finding = words("compliance.found_changes", times=times, kinds=len(rows))
    return _section(words, "changes", finding, ("action", "times", "last"), rows)


def _audit(words: ReportWords, evidence: Evidence) -> Section:
    audit = evidence.audit
    rows: list[tuple[Cell, ...]] = [
        (words("compliance.entries"), str(audit.entries)),
        (words("compliance.events"), str(audit.events)),
        (words("compliance.faults"), str(len(audit.findings))),
    ]
    rows += [(words("compliance.head", number=one.sequence), one.hash) for one in audit.heads]
    rows += [(one.code, f"{one.path}: {one.message}") for one in audit.findings]
    name = "found_faults" if audit.findings else "found_whole"
    finding = words(f"compliance.{name}", entries=audit.entries, faults=len(audit.findings))
    return _section(words, "audit", finding, ("what", "told"), rows)


def _privacy(words: ReportWords, evidence: Evidence) -> Section:
    law = evidence.retention.law
    rows: list[tuple[Cell, ...]] = [
        (words("compliance.law"), f"{law.law} {law.source}".strip()),
        (words("compliance.years"), str(law.years)),
        (words("compliance.checked"), law.checked or words("compliance.not_checked")),
        (words("compliance.kept"), str(evidence.retention.kept)),
        (words("compliance.over"), str(evidence.retention.over)),
        (words("compliance.to_erase"), str(evidence.retention.to_erase)),
        (words("compliance.erased"), str(evidence.erased)),
        (words("compliance.came_back"), str(evidence.came_back)),
    ]
    finding = words(
        "compliance.found_privacy", erased=evidence.erased, due=evidence.retention.to_erase
    )
    return _section(words, "privacy", finding, ("what", "told"), rows)


def _happened(words: ReportWords, name: str, entries: Sequence[AuditEntry]) -> Section:
    rows = [(_day(one.at), one.action, one.target, one.actor, one.detail) for one in entries]
    finding = words(f"compliance.found_{name}", times=len(rows))
    return _section(words, name, finding, ("day", "action", "target", "actor", "detail"), rows)


def _section(
    words: ReportWords,
    name: str,
    finding: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
) -> Section:
    titles = tuple(words(f"compliance.column_{one}") for one in columns)
    return Section(
        heading=words(f"compliance.heading_{name}"),
        finding=finding,
        table=Table(titles, tuple(rows)),
    )


def _day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone(UTC).date()


def _count(number: int) -> Figure:
    return Figure(Decimal(number), Unit.COUNT)
