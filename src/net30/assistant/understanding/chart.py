"""Chart: a message's tokens with every meaning that the lexicon knows for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from net30.assistant.understanding.clean import clean
from net30.assistant.understanding.lexicon import ANY, Lexicon, lexicon
from net30.assistant.understanding.pieces import take_apart
from net30.assistant.understanding.tokens import Kind, Token, tokenise

Rest = ParamSpec("Rest")
Found = TypeVar("Found")

ALWAYS = ("en", "fr")
"""Languages that are always understood; the others only where the message speaks them."""


MARKER_VOTES = 6
"""What a language's own function word counts."""
ASKING_VOTES = 3
"""What a verb of asking, or a short form, of one language counts."""
HOUSE_VOTES = 1
"""What the house's language counts: it decides between languages that are as likely."""
VOCABULARY_VOTES = 2
"""What any other word of one language counts."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: its sort and value, and the tokens [start, end) that say it.

    `tail` counts the words after a gap that belong to it.
    """

    category: str
    value: str
    start: int
    end: int
    language: str
    tail: int = 0


@dataclass(frozen=True)
class Chart:
    """One message, read: its text, tokens, languages (likeliest first) and phrases.

    `keys` are the tokens' words as compared, misspelt ones mended. A `neutral` message has no word
    that gives a language away: a number, an amount, a name.
    """

    text: str
    tokens: tuple[Token, ...]
    keys: tuple[str, ...]
    languages: tuple[str, ...]
    matches: tuple[dict[str, tuple[Match, ...]], ...]
    neutral: bool = False
    readings: dict[object, object] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    @property
    def language(self) -> str:
        """Return the language that the message is most likely written in."""
        return self.languages[0]

    def at(self, place: int, category: str, value: str = "") -> Match | None:
        """Return the longest phrase of a sort that starts at a token."""
        if not 0 <= place < len(self.tokens):
            return None
        for match in self.matches[place].get(category, ()):
            if not value or match.value == value:
                return match
        return None

    def all_at(self, place: int, category: str) -> tuple[Match, ...]:
        """Return every phrase of a sort that starts at a token, longest first."""
        if not 0 <= place < len(self.tokens):
            return ()
        return self.matches[place].get(category, ())

    def ending(self, place: int, category: str, value: str = "") -> Match | None:
        """Return the longest phrase of a sort that ends before a token."""
        for start in range(max(0, place - 6), place):
            for match in self.all_at(start, category):
                if match.end == place and (not value or match.value == value):
                    return match
        return None

    def find(self, category: str, value: str = "") -> Iterator[Match]:
        """Yield the phrases of a sort from left to right, longest at each place."""
        place = 0
        while place < len(self.tokens):
            match = self.at(place, category, value)
            if match:
                yield match
            place = match.end if match else place + 1

    def key(self, place: int) -> str:
        """Return the key of a token, or nothing beyond the ends."""
        return self.keys[place] if 0 <= place < len(self.keys) else ""

    def kind(self, place: int) -> Kind | None:
        """Return the kind of a token, or nothing beyond the ends."""
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else None

    def is_compound(self, place: int) -> bool:
        """Tell whether a small word is part of a longer one: sous-bocks, x-ray, call-out."""
        start, end = self.tokens[place].start, self.tokens[place].end
        begins = self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()
        ends = (
            self.text[max(0, start - 1) : start] == "-"
            and self.text[start - 2 : start - 1].isalpha()
        )
        return bool((begins and self.at(place, "prefix")) or (ends and self.at(place, "suffix")))

    def is_filler(self, place: int) -> bool:
        """Tell whether a token says nothing at the edge of a description."""
        if self.tokens[place].kind is Kind.SIGN:
            return True
        if self.is_compound(place):
            return False
        spoken = lexicon().fillers.get(self.keys[place])
        return spoken is not None and not spoken.isdisjoint(self.languages)

    def is_filler_of(self, place: int, language: str) -> bool:
        """Tell whether a token is a small word of a language."""
        return language in lexicon().fillers.get(self.key(place), frozenset())

    def words(self, start: int, end: int) -> str:
        """Return the text of tokens as it was written."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


def hide(
    matches: tuple[dict[str, tuple[Match, ...]], ...], hidden: set[int], kept: str = ""
) -> tuple[dict[str, tuple[Match, ...]], ...]:
    """Return the phrases but for those that run through hidden tokens; one sort may be kept."""
    return tuple(
        {
            category: left
            for category, found in at.items()
            if (
                left := found
                if category == kept
                else tuple(m for m in found if hidden.isdisjoint(range(m.start, m.end)))
            )
        }
        for at in matches
    )


def once_a_place(
    read: Callable[Concatenate[Chart, int, Rest], Found],
) -> Callable[Concatenate[Chart, int, Rest], Found]:
    """Read each place of a chart once: many rules ask for the number or the day there."""

    @wraps(read)
    def remembering(chart: Chart, place: int, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Found:
        key = (read, place, *args, *kwargs.items())
        if key not in chart.readings:
            chart.readings[key] = read(chart, place, *args, **kwargs)
        return chart.readings[key]  # type: ignore[return-value] # what this reader put there

    return remembering


def read(
    text: str,
    is_name: Callable[[str], bool] = lambda _: False,
    languages: Sequence[str] = (),
    names: Callable[[Sequence[Token]], set[int]] = lambda _: set(),
    house: str = "",
) -> Chart:
    """Return the chart of a message; words for which `is_name` holds are not mended.

    `languages` are those of the conversation, where the text is only a part of it; `names` tells
    which tokens are a whole name, which is in no language. Between languages that are as likely
    that of the `house` is taken.
    """
    words = lexicon()
    cleaned = clean(text)
    tokens = take_apart(tokenise(cleaned), is_name)
    written = tuple(token.key for token in tokens)
    silent = names(tokens) | _signs_of_units(tokens)
    votes = Counter() if languages else _leaning(_votes(_heard(written, silent), cleaned), house)
    spoken = tuple(languages) or _languages(votes)
    certain = languages or max(votes.values(), default=0) >= MARKER_VOTES
    mended_in = spoken[:1] if certain else spoken
    keys = tuple(_key(tokens, at, mended_in, is_name) for at in range(len(tokens)))
    if keys != written and not certain:  # words put right may say which language it is
        votes = _leaning(_votes(_heard(keys, silent), cleaned), house)
        spoken = _languages(votes)
    matches = tuple(_matches(keys, place, words, spoken) for place in range(len(tokens)))
    idioms = {
        place
        for at in matches
        for match in at.get("idiom", ())
        for place in range(match.start, match.end)
    }
    matches = hide(matches, idioms, "idiom") if idioms else matches
    return Chart(cleaned, tokens, keys, spoken, matches, neutral=not (languages or votes))


def _heard(keys: tuple[str, ...], silent: set[int]) -> tuple[str, ...]:
    """Return the words that may give a language away."""
    return tuple(key for at, key in enumerate(keys) if at not in silent)


def _signs_of_units(tokens: Sequence[Token]) -> set[int]:
    """Return the letters right after a number, which are signs, not words: 120e, 3h, 2d."""
    return {
        at
        for at, token in enumerate(tokens)
        if at and token.glued and len(token.key) == 1 and tokens[at - 1].kind is Kind.NUMBER
    }


def _key(
    tokens: Sequence[Token], at: int, spoken: tuple[str, ...], is_name: Callable[[str], bool]
) -> str:
    token, words = tokens[at], lexicon()
    if token.kind is not Kind.WORD:
        return token.key
    meant = words.spellings.get(spoken[0], {}).get(token.text.casefold())
    if meant and _fits(tokens, at, meant):
        return meant
    if token.key in words.vocabulary or token.key in words.unmended or is_name(token.key):
        return token.key
    return words.mend(token.key, spoken)


_ELIDED = frozenset({"l'", "d'", "qu'"})
"""Short forms that are so only before a vowel: l heure, but 20 l."""


_AFTER = {"mois": frozenset({"ce", "du", "le", "au"})}
_BEFORE = {"mois": frozenset({"dernier", "prochain", "passe", "ci"})}
"""Short forms that are so only after or before such words: le moi dernier, but montre-moi."""


def _fits(tokens: Sequence[Token], at: int, meant: str) -> bool:
    """Tell whether a short form may be meant where it stands."""
    if meant in _AFTER:
        before = tokens[at - 1].key if at else ""
        after = tokens[at + 1].key if at + 1 < len(tokens) else ""
        return before in _AFTER[meant] or after in _BEFORE[meant]
    return meant not in _ELIDED or _is_elided(tokens, at)


def _is_elided(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a vowel follows, as after the l' of 'l heure'."""
    after = tokens[at + 1 : at + 2]
    return bool(after) and after[0].kind is Kind.WORD and after[0].key[0] in "aeiouyh"


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages that a text gives itself away in, likeliest first; maybe none."""
    cleaned = clean(text)
    votes = _votes(tuple(token.key for token in tokenise(cleaned)), cleaned)
    return _ranked(votes)


def _votes(keys: tuple[str, ...], text: str) -> Counter[str]:
    votes: Counter[str] = Counter()
    words = lexicon()
    for key in keys:
        spoken = words.markers.get(key, frozenset())
        for language in spoken:
            votes[language] += MARKER_VOTES // len(spoken)  # a word of one language says more
        known = words.vocabulary.get(key, frozenset()) - {ANY}
        if len(known) == 1 and not spoken:
            language = next(iter(known))
            asks = key in words.verbs.get(language, ()) or key in words.spellings.get(language, ())
            votes[language] += ASKING_VOTES if asks else VOCABULARY_VOTES
    if any("\u0600" <= letter <= "\u06ff" for letter in text):
        votes["ar"] += 60
    return votes


def _leaning(votes: Counter[str], house: str) -> Counter[str]:
    """Return the votes with that of the house, where there are any."""
    if house and votes:
        votes[house] += HOUSE_VOTES
    return votes


def _ranked(votes: Counter[str]) -> tuple[str, ...]:
    """Return languages by their votes; with equal ones those always understood come first."""
    order = {language: at for at, language in enumerate(ALWAYS)}
    return tuple(sorted(votes, key=lambda one: (-votes[one], order.get(one, len(order)), one)))


def _languages(votes: Counter[str]) -> tuple[str, ...]:
    ranked = _ranked(votes)
    best = votes[ranked[0]] if ranked else 0
    spoken_here = [one for one in ranked if one in ALWAYS or votes[one] * 2 > best]
    return tuple(spoken_here) + tuple(one for one in ALWAYS if one not in spoken_here)


GAP_TOKENS_MAX = 10
"""So many words may stand in the gap of 'give ... a nudge'."""


def _has_tail(keys: tuple[str, ...], start: int, tail: tuple[str, ...]) -> bool:
    """Tell whether the rest of a phrase with a gap follows soon enough."""
    if not tail:
        return True
    for at in range(start, min(start + GAP_TOKENS_MAX, len(keys) - len(tail)) + 1):
        if keys[at : at + len(tail)] == tail:
            return True
        if keys[at] in {".", ";", "?", "!", "\n"}:
            return False
    return False


def _matches(
    keys: tuple[str, ...], place: int, words: Lexicon, spoken: tuple[str, ...]
) -> dict[str, tuple[Match, ...]]:
    found: dict[str, list[tuple[int, int, Match]]] = {}
    node, heard = words.root, (*spoken, ANY)
    for end in range(place, len(keys)):
        step = node.steps.get(keys[end])
        if step is None:
            break
        node = step
        for meaning in node.meanings:
            if meaning.language in heard and _has_tail(keys, end + 1, meaning.tail):
                rank = heard.index(meaning.language)
                tail = len(meaning.tail)
                match = Match(
                    meaning.category, meaning.value, place, end + 1, meaning.language, tail
                )
                found.setdefault(meaning.category, []).append((-end - tail, rank, match))
    return {
        category: tuple(match for *_, match in sorted(entries, key=lambda entry: entry[:2]))
        for category, entries in found.items()
    }
