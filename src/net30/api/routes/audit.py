"""Audit: who did what in the organisation, as a chain that shows changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from net30.api.answers.paging import ROWS_USUAL, Limit, Listed, reply_page
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.audit import AuditEntry, AuditHead
from net30.domain.identity.roles import Permission
from net30.services.audit.verify_audit import Verified, verify_audit

routes = Resource("audit", "Who did what, as a chain that shows changes.")

READ = Permission.AUDIT_READ
SEQUENCE_MAX = 2**53
After = Annotated[
    int, Query(alias="cursor", ge=0, le=SEQUENCE_MAX, description="After this sequence number.")
]


@routes.get("/audit", READ, gives=Listed[AuditEntry])
def list_audit_entries(visit: Looking, limit: Limit = ROWS_USUAL, after: After = 0) -> Response:
    """List the entries of the organisation's chain, the earliest first."""
    with visit.app.world.accounts.reading() as tx:
        found = tx.entries(visit.principal.organisation, after=after, limit=limit + 1)
    items = found[:limit]
    following = str(items[-1].sequence) if len(found) > limit else ""
    return reply_page(visit.request, items, following)


@routes.get("/audit/head", READ, gives=AuditHead)
def get_audit_head(visit: Looking) -> Response:
    """Tell where the chain ends now; keep it where nobody who runs this net30 can write."""
    with visit.app.world.accounts.reading() as tx:
        return visit.reply(tx.head(visit.principal.organisation))


@routes.get("/audit/verification", READ, gives=Verified)
def verify_organisation_audit(
    visit: Looking,
    sequence: Annotated[
        int, Query(ge=0, le=SEQUENCE_MAX, description="Of a head that was kept; 0: none.")
    ] = 0,
    digest: Annotated[
        str, Query(alias="hash", pattern="^([0-9a-f]{64})?$", description="The head's hash.")
    ] = "",
) -> Response:
    """Check every entry of the chain against the one before it, the books, and a kept head."""
    chain = visit.principal.organisation
    known = [AuditHead(chain=chain, sequence=sequence, hash=digest)] if sequence else []
    return visit.reply(verify_audit(visit.app.world, known, only=chain))
