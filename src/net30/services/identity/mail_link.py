"""Mail a one-time link to whose it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from net30.domain.identity.one_time_link import LinkPurpose
from net30.domain.identity.secret import fingerprint
from net30.domain.identity.user import User
from net30.domain.organisation import Organisation
from net30.kernel.errors import Net30Error
from net30.language.access_letter import access_letter
from net30.ports.mail import Message
from net30.services.world import World

SENDER = "accounts@net30.invalid"
"""Who writes where the company has no address of its own."""

log = logging.getLogger("net30.mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A link, whom it is for, the organisation that writes, and where its page is."""

    to: User
    organisation: str
    purpose: LinkPurpose
    address: str
    secret: str = field(repr=False)

    @property
    def link(self) -> str:
        """Return the link's page."""
        return f"{self.address}/link/{self.secret}"


def mail_link(world: World, post: Post, language: str) -> bool:
    """Hand the link over as a mail; tell whether the mail took it, the log says why it did not.

    The link is nowhere else, so what is not taken has to be asked for again.
    """
    with world.store.reading(post.organisation) as books:
        company = books.load(Organisation, post.organisation).value
    letter = access_letter(post.purpose.value, company.party.name, post.link, language)
    message = Message(
        message_id=f"{fingerprint(post.secret)[:32]}@net30.invalid",
        sender=company.party.contact.email or SENDER,
        to=post.to.email,
        subject=letter.subject,
        text=letter.text,
        at=world.clock(),
    )
    try:
        world.mail.send(post.organisation, message)
    except Net30Error as error:
        log.warning("a link for user %s was not mailed: %s", post.to.id, error.code)
        return False
    return True
