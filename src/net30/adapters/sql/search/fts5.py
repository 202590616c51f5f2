"""SQLite FTS5: one index of all organisations, each in its own range of row numbers."""

from __future__ import annotations

from collections.abc import Sequence

from net30.adapters.sql.connection import Connection, Values
from net30.adapters.sql.search.backend import Words
from net30.finding.words import TAIL_MARK, Term


class Fts5:
    """The virtual table search_words(customer, others)."""

    condition = (
        "place IN (SELECT rowid FROM search_words "
        "WHERE search_words MATCH :match AND rowid BETWEEN :low AND :high)"
    )
    by_filters = "search_entry INDEXED BY search_entry_filter"
    by_customer = "search_entry INDEXED BY search_entry_customer"
    by_words = "search_entry NOT INDEXED"
    count = (
        "SELECT count(*) FROM search_words "
        "WHERE search_words MATCH :match AND rowid BETWEEN :low AND :high"
    )

    def expression(self, terms: Sequence[Term], tenant: int) -> str:  # noqa: ARG002 by row range
        """Return the terms in FTS5's language; words are letters and digits, so all is quoted."""
        return " AND ".join(map(_term, terms))

    def in_customer(self, words: Sequence[str], tenant: int) -> str:  # noqa: ARG002 by row range
        """Return the words as a phrase of the column customer."""
        return f'customer : "{" ".join(words)}" *'

    def add(self, connection: Connection, rows: Sequence[Words]) -> None:
        """Write the words of entries that have none yet."""
        connection.execute_many(
            "INSERT INTO search_words (rowid, customer, others) "
            "VALUES (:place, :customer, :others)",
            [
                {
                    "place": row.place,
                    "customer": " ".join(row.customer),
                    "others": " ".join(row.others),
                }
                for row in rows
            ],
        )

    def rename(self, connection: Connection, entries: str, values: Values, words: Words) -> None:
        """Give entries other customer words."""
        connection.execute(
            f"UPDATE search_words SET customer = :words WHERE rowid IN ({entries})",  # noqa: S608 our own SELECT
            {**values, "words": " ".join(words.customer)},
        )

    def delete(self, connection: Connection, entries: str, values: Values) -> None:
        """Forget the words of entries."""
        connection.execute(
            f"DELETE FROM search_words WHERE rowid IN ({entries})",  # noqa: S608 our own SELECT
            values,
        )

    def shred(self, connection: Connection) -> None:
        """Merge the index into one piece: pieces keep removed words until they are merged."""
        connection.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")


def _term(term: Term) -> str:
    phrase = '"' + " ".join(term.words) + '"' + (" *" if term.prefix else "")
    if not term.tail:
        return phrase
    beside = "".join(f' AND "{word}"' for word in term.near_tail)
    return f'({phrase} OR ("{TAIL_MARK}{term.tail}"{beside}))'
