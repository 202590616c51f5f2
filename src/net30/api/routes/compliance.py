"""Compliance: the evidence as a file, and what is noted for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.resource import Resource
from net30.api.routes.statements import MEDIA
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.services.compliance.compliance_report import NAME, compliance_report
from net30.services.compliance.gather_evidence import gather_evidence
from net30.services.compliance.note_evidence import EvidenceKind, note_evidence
from net30.services.write_report import write_report

routes = Resource("compliance", "Evidence for auditors, from the books and the audit.")

NEEDS = (Permission.AUDIT_READ, Permission.MEMBERS_READ, Permission.EXPORTS_READ)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceNote:
    """A sentence about a backup, a test of a restore, an incident or a review of access."""

    kind: EvidenceKind
    text: str


@routes.get("/compliance/{form}", NEEDS, media=tuple(MEDIA.values()))
def get_compliance_report(
    visit: Looking,
    form: Annotated[str, Path(description=f"{', '.join(MEDIA)}.", max_length=20)],
    language: Annotated[
        Literal["", "en", "fr"], Query(description="The company's, else English.")
    ] = "",
) -> Response:
    """Download the compliance report: access, changes, the audit, personal data, noted evidence."""
    with visit.look() as ctx:
        evidence = gather_evidence(visit.app.world, ctx, visit.principal)
        content = compliance_report(ctx, evidence, language)
        file = write_report(ctx.company, content, form)
    name = f"{NAME}-{content.as_of.isoformat()}.{form}"
    return reply_file(visit.request, file, MEDIA[form], name)


@routes.post(
    "/compliance/notes",
    Permission.SETTINGS_WRITE,
    takes=EvidenceNote,
    gives=EvidenceNote,
    status=201,
    example={"kind": "backup", "text": "Nightly copy to the other site, 41 GB"},
)
def note_compliance_evidence(visit: Changing) -> Response:
    """Note what happened outside of net30; it stands in the audit and cannot be changed."""
    new = visit.body(EvidenceNote)

    def work() -> EvidenceNote:
        accounts, now = visit.app.world.accounts, visit.app.clock()
        note_evidence(accounts, new.kind, new.text, visit.principal, now)
        return new

    return visit.once_apart(work)
