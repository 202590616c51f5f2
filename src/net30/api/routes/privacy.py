"""Privacy: a person's data as a file, erased, and how long the law keeps the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.services.privacy.apply_retention import (
    RetentionState,
    apply_retention,
    retention_state,
)
from net30.services.privacy.erase_person import ErasedPerson, erase_person
from net30.services.privacy.export_person import MEDIA_TYPE, export_person

routes = Resource("privacy", "A person's data: taken out, erased, kept as long as the law says.")

Id = Annotated[
    str, Path(description="The customer's id, or the whole name.", max_length=ID_CHARACTERS_MAX)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What to erase: a person, or with `contact_only` whom one asks at a company."""

    contact_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedDocuments:
    """The numbers of documents that name nobody from now on."""

    numbers: tuple[str, ...]


@routes.get("/customers/{customer}/personal-data", Permission.PRIVACY_WRITE, media=(MEDIA_TYPE,))
def get_personal_file(visit: Looking, customer: Id) -> Response:
    """Download all that is known of a customer: JSON and documents in a ZIP; the audit notes it."""
    with visit.look() as ctx:
        found = export_person(ctx, customer)
    return reply_file(visit.request, found.content, MEDIA_TYPE, found.file_name)


@routes.post(
    "/customers/{customer}/erasure",
    Permission.PRIVACY_WRITE,
    takes=Erasure,
    gives=ErasedPerson,
    example={"contact_only": False},
)
def erase_customer(visit: Changing, customer: Id) -> Response:
    """Erase a person for ever; the answer lists the documents that stay by law, and until when."""
    wanted = visit.body(Erasure)
    return visit.once(lambda ctx: erase_person(ctx, customer, contact_only=wanted.contact_only))


@routes.get("/retention", Permission.SETTINGS_READ, gives=RetentionState)
def get_retention(visit: Looking) -> Response:
    """Show how long the law keeps the issued documents, and how many it keeps no more."""
    with visit.look() as ctx:
        return visit.reply(retention_state(ctx))


@routes.post("/retention", Permission.PRIVACY_WRITE, gives=ErasedDocuments)
def erase_old_documents(visit: Changing) -> Response:
    """Take erased customers out of the documents whose time is over; 1,000 at most at once."""
    return visit.once(lambda ctx: ErasedDocuments(numbers=apply_retention(ctx)))
