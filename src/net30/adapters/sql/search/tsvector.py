"""PostgreSQL tsvector: the words are cut here, so that no dictionary of the server has a say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from net30.adapters.sql.connection import Connection, Values
from net30.adapters.sql.search.backend import Words
from net30.finding.words import TAIL_MARK, Term

POSITIONS_MAX = 16_383
"""PostgreSQL counts no further; later words are found, but not as phrases."""

POSITIONS_PER_WORD_MAX = 255

_CUSTOMER = "A"
_OTHERS = "D"


class TsVector:
    """The table search_words(place, vector): customer words weigh A, the others D.

    The tenant is a word of every vector, so that the index itself keeps tenants apart.
    """

    condition = (
        "place IN (SELECT place FROM search_words WHERE vector @@ CAST(:match AS tsquery) "
        "AND place BETWEEN :low AND :high)"
    )
    by_filters = by_customer = by_words = "search_entry"  # PostgreSQL knows best
    count = (
        "SELECT count(*) FROM search_words WHERE vector @@ CAST(:match AS tsquery) "
        "AND place BETWEEN :low AND :high"
    )

    def expression(self, terms: Sequence[Term], tenant: int) -> str:
        """Return the terms in tsquery's language; all words are quoted."""
        return " & ".join([f"'{_tenant_word(tenant)}'", *map(_term, terms)])

    def in_customer(self, words: Sequence[str], tenant: int) -> str:
        """Return the words as a phrase of the weight that customers have."""
        *whole, last = words
        phrase = [*(f"'{word}':{_CUSTOMER}" for word in whole), f"'{last}':*{_CUSTOMER}"]
        return f"'{_tenant_word(tenant)}' & ({' <-> '.join(phrase)})"

    def add(self, connection: Connection, rows: Sequence[Words]) -> None:
        """Write the words of entries that have none yet."""
        connection.execute_many(
            "INSERT INTO search_words (place, vector) VALUES (:place, "
            "CAST(:others AS tsvector) || CAST(:customer AS tsvector))",
            [
                {
                    "place": row.place,
                    "others": _vector((_tenant_word(row.tenant), *row.others), _OTHERS),
                    "customer": _vector(row.customer, _CUSTOMER),
                }
                for row in rows
            ],
        )

    def rename(self, connection: Connection, entries: str, values: Values, words: Words) -> None:
        """Give entries other customer words."""
        connection.execute(
            "UPDATE search_words SET vector = ts_filter(vector, '{d}') "  # noqa: S608 our own SELECT
            f"|| CAST(:words AS tsvector) WHERE place IN ({entries})",
            {**values, "words": _vector(words.customer, _CUSTOMER)},
        )

    def delete(self, connection: Connection, entries: str, values: Values) -> None:
        """Forget the words of entries."""
        connection.execute(
            f"DELETE FROM search_words WHERE place IN ({entries})",  # noqa: S608 our own SELECT
            values,
        )

    def shred(self, connection: Connection) -> None:
        """Leave it to the server: VACUUM clears away what was removed, words and rows alike."""


def _tenant_word(tenant: int) -> str:
    return f"{TAIL_MARK}{TAIL_MARK}{tenant}"


def _vector(words: Iterable[str], weight: str) -> str:
    """Spell a tsvector: each word with the places where it stands."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, start=1):
        known = places.setdefault(word, [])
        if len(known) < POSITIONS_PER_WORD_MAX:
            known.append(f"{min(place, POSITIONS_MAX)}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _term(term: Term) -> str:
    *whole, last = (f"'{word}'" for word in term.words)
    phrase = " <-> ".join([*whole, f"{last}:*" if term.prefix else last])
    if not term.tail:
        return f"({phrase})"
    beside = "".join(f" & '{word}'" for word in term.near_tail)
    return f"(({phrase}) | ('{TAIL_MARK}{term.tail}'{beside}))"
