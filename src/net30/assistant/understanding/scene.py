"""Scene: one clause with all that is needed to understand it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import TypeVar

from net30.assistant.roll.names import name_words, words_of
from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.chart import Chart, hide, read
from net30.assistant.understanding.clients import Named
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.directory import Customs, Directory
from net30.assistant.understanding.lexicon import lexicon
from net30.assistant.understanding.tokens import Kind

Found = TypeVar("Found")
DOMAIN_LETTERS_MIN = 5
"""A shorter domain is too near to ordinary words."""


@dataclass(frozen=True)
class World:
    """What is the same for a whole conversation: the books, their customs, and the day."""

    directory: Directory
    customs: Customs
    calendar: Calendar


@dataclass(frozen=True)
class Scene:
    """One clause: its chart (client names hidden from it), and the clients it names."""

    chart: Chart
    named: tuple[Named, ...]
    world: World
    readings: dict[object, object] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    @property
    def directory(self) -> Directory:
        """Return the books."""
        return self.world.directory

    @cached_property
    def customs(self) -> Customs:
        """Return the organisation's customs, with the currency of the client named."""
        own = self.client.currency if self.client else ""
        return replace(self.world.customs, own=own) if own else self.world.customs

    @property
    def calendar(self) -> Calendar:
        """Return the day of the conversation."""
        return self.world.calendar

    @property
    def clients(self) -> tuple[KnownClient, ...]:
        """Return the clients that the best name means: one, several to choose from, or none."""
        return self.named[0].clients if self.named else ()

    @property
    def client(self) -> KnownClient | None:
        """Return the one client meant, if it is certain."""
        return self.clients[0] if len(self.clients) == 1 else None

    def is_named(self, place: int) -> bool:
        """Tell whether a token is part of a client's name."""
        return any(name.start <= place < name.end for name in self.named)


def once_a_scene(read: Callable[[Scene], Found]) -> Callable[[Scene], Found]:
    """Read a scene once: many rules ask for its cues, periods and amounts."""

    @wraps(read)
    def remembering(scene: Scene, /) -> Found:
        if read not in scene.readings:
            scene.readings[read] = read(scene)
        return scene.readings[read]  # type: ignore[return-value] # what this reader put there

    return remembering


def make_scene(text: str, world: World, languages: Sequence[str] = ()) -> Scene:
    """Return the scene of a clause; `languages` are those of the whole message."""
    index = world.directory.clients
    chart = read(text, index.is_name, languages, index.whole_names, world.customs.language)
    named = list(index.find(chart.tokens, lexicon().ordinary_in(chart.languages)))
    named = [_widened(name, chart) for name in _sure(named, chart)]
    named += _by_email(chart, world) if not any(name.exact for name in named) else []
    named += _quoted(chart, world) if not named else []
    named += _by_domain(chart, world) if not named else []
    # The surest name comes first: an exact one, one after a preposition, the longest.
    named.sort(key=lambda name: (not name.exact, -_fitness(chart, name), name.start))
    hidden = {place for name in named for place in range(name.start, name.end)}
    return Scene(_hide(chart, hidden), tuple(named), world)


def _widened(name: Named, chart: Chart) -> Named:
    """Return a name with the words of it that stand right beside: the [dental practice]."""
    if len(name.clients) > 1:
        return name
    words = frozenset(name_words(name.clients[0].name))
    start, end = name.start, name.end
    while start > 0 and chart.kind(start - 1) is Kind.WORD and _is_of(words, chart.key(start - 1)):
        start -= 1
    while chart.kind(end) is Kind.WORD and _is_of(words, chart.key(end)):
        end += 1
    return replace(name, start=start, end=end)


def _is_of(words: frozenset[str], key: str) -> bool:
    return key in words and key not in words_of("form")


def _sure(named: list[Named], chart: Chart) -> list[Named]:
    """Leave out a lone small-letter word of a name where another name stands in full."""
    if not any(name.exact for name in named):
        return named
    return [
        name
        for name in named
        if name.exact or name.end > name.start + 1 or chart.tokens[name.start].text[:1].isupper()
    ]


def _by_email(chart: Chart, world: World) -> list[Named]:
    found = []
    for place, token in enumerate(chart.tokens):
        if token.kind is Kind.MAIL:
            client = world.directory.clients.by_email(token.key)
            if client:
                found.append(Named(place, place + 1, (client,), 0))
    return found


def _quoted(chart: Chart, world: World) -> list[Named]:
    """Return the clients whose whole name stands in quotes: client: "Hooli Inc"."""
    found = []
    for place, token in enumerate(chart.tokens):
        inside = token.text.strip("\"'«» ") if token.kind is Kind.QUOTE else ""
        client = world.directory.clients.named(inside) if inside else None
        if client:
            found.append(Named(place, place + 1, (client,), 0, exact=True))
    return found


def _by_domain(chart: Chart, world: World) -> list[Named]:
    """Return the client whose address's domain is written as a name: sgbtp, mapleworks."""
    known = lexicon()
    for place, token in enumerate(chart.tokens):
        ordinary = token.key in known.vocabulary or token.key in known.unmended
        if token.kind is not Kind.WORD or ordinary or len(token.key) < DOMAIN_LETTERS_MIN:
            continue
        client = world.directory.clients.people.by_domain_name(token.key)
        if client:
            return [Named(place, place + 1, (client,), 0)]
    return []


_BEFORE_CLIENT = frozenset(
    {
        "for",
        "to",
        "pour",
        "invoice",
        "bill",
        "facture",
        "facturer",
        "client",
        "customer",
        "para",
        "fur",
        "a",
        "from",
        "de",
        "chez",
        "by",
        "an",
        "charge",
        "factura",
        "fatura",
        "remind",
        "relance",
        "لشركة",
        "شركة",
        "cliente",
        "firma",
        ":",
        ",",
    }
)
_BEFORE_PLACE = frozenset({"in", "at", "near", "en", "em", "sur", "within", "nach"})


def _fitness(chart: Chart, name: Named) -> int:
    before = chart.key(name.start - 1)
    bonus = 25 if name.start == 0 or before in _BEFORE_CLIENT else 0
    bonus += 10 * chart.tokens[name.start].text[:1].isupper()
    return name.quality + bonus - (40 if before in _BEFORE_PLACE else 0)


def _hide(chart: Chart, hidden: set[int]) -> Chart:
    """Return the chart without phrases that run through a client's name."""
    return replace(chart, matches=hide(chart.matches, hidden))
