"""Outlet: the stream that an installation is joined to, and which of its topics hold what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from net30.ports.stream import Stream

GROUP = "net30"
"""The group in which all processes of net30 share out the partitions of a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A stream and its topics; an empty topic is not written, or not read.

    `organisations` are those that messages may be of, by the word that messages name them with;
    where it is empty all messages are of `organisation`. With `personal` the texts that people
    wrote, and their mail addresses, are published too.
    """

    stream: Stream
    facts: str
    events: str
    predictions: str
    organisation: str
    organisations: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False

    def serves(self, organisation: str) -> bool:
        """Tell whether an organisation's books are joined to the stream at all."""
        return organisation in (self.organisations.values() or (self.organisation,))

    def organisation_of(self, word: str) -> str:
        """Return the organisation that a message names, or that all are of; "" for none of ours."""
        if self.organisations:
            return self.organisations.get(word, "")
        return self.organisation if word in ("", self.organisation) else ""

    @property
    def dead_letters(self) -> str:
        """Return the topic of the messages that could not be taken in."""
        return f"{self.facts}.dead-letters"
