"""Search in SQL: forged cursors, many organisations, and how near a name must be."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.adapters.sql.search.customers import ORGANISATIONS_KEPT_MAX
from net30.adapters.sql.search.find import WORDS_READ_MAX
from net30.finding.near import NearNames
from net30.finding.words import number_key, words_of
from net30.kernel.errors import InputError
from net30.ports.search import SearchIndex, Sort
from tests.databases import DIALECTS
from tests.entries import US, an_index, ask, entry


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """Lend an index on SQLite with a few invoices."""
    with an_index("sqlite", tmp_path) as index:
        index.put(US, [entry(at) for at in range(6)])
        yield index


def forged(cursor: str, after: list[Any], customers: list[Any] | None = None) -> str:
    mark, _, own = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    content = json.dumps([mark, after, own if customers is None else customers])
    return urlsafe_b64encode(content.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("after", "customers"),
    [
        (["XOF", 5], []),
        (["XOF", "5", "i1"], []),
        (["XOF", True, "i1"], []),
        (["XOF", 5.0, "i1"], []),
        (["XOF", None, "i1"], []),
        (["XOF", 2**63, "i1"], []),
        (["XOF", 10**4000, "i1"], []),
        (["XOF\0", 5, "i1"], []),
        (["XOF", 5, "\ud800"], []),
        (["XOF", 5, "i1"], ["a\0"]),
        (["XOF", 5, "i1"], [1]),
        (["XOF", 5, "i1"], ["a"] * 11),
        (["XOF", 5, "i1", "more"], []),
    ],
)
def test_a_forged_cursor_is_refused(
    index: SearchIndex, after: list[Any], customers: list[Any]
) -> None:
    cursor = ask(index, sort=Sort.AMOUNT, limit=2).cursor
    with pytest.raises(InputError) as refused:
        ask(index, sort=Sort.AMOUNT, cursor=forged(cursor, after, customers))
    assert refused.value.code == "cursor"


def test_a_cursor_forged_well_shows_only_one_s_own(index: SearchIndex) -> None:
    index.put("rival", [entry(at, customer_id="theirs") for at in range(6)])
    cursor = ask(index, sort=Sort.AMOUNT, limit=2).cursor
    page = ask(index, sort=Sort.AMOUNT, cursor=forged(cursor, ["XOF", 9**18, "z"], ["theirs"]))
    assert (page.hits, page.did_you_mean) == ((), ())


def test_more_organisations_than_are_kept_in_memory_find_their_own_names(
    index: SearchIndex,
) -> None:
    many = ORGANISATIONS_KEPT_MAX + 3
    for at in range(many):
        index.put(f"o{at}", [entry(1, customer=f"Name{chr(97 + at % 26)}{at}", customer_id="c")])
    for _ in range(2):
        for at in range(many):
            assert index.names_like(f"o{at}", f"name{chr(97 + at % 26)}{at}x")


# --- words ---------------------------------------------------------------------------------------


@given(text=st.text(st.characters(codec="ascii")))
def test_plain_letters_are_cut_into_the_same_words_as_all_others(text: str) -> None:
    assert words_of(text) == words_of(f"é {text} é")[1:-1]


@pytest.mark.parametrize(
    ("number", "key"),
    [("INV-2026-000042", "inv 00000000000000002026 00000000000000000042"), ("", ""), ("-", "")],
)
def test_a_number_s_key_pads_its_digits(number: str, key: str) -> None:
    assert number_key(number) == key


# --- near names ----------------------------------------------------------------------------------

COMPANIES = [
    "Acme Corp", "Société Générale de Banques au Sénégal", "Ecobank Transnational",
    "Orange Côte d'Ivoire", "MTN Cameroon Ltd", "Établissements Koné & Frères", "Sonatel SA",
    "Compagnie Ivoirienne d'Électricité", "Dangote Cement PLC", "Bolloré Transport & Logistics",
    "Air Sénégal SA", "Nestlé Côte d'Ivoire", "Total Énergies Marketing", "Diallo Consulting",
    "Diop & Fils SARL", "Ndiaye Trading SUARL", "Port Autonome de Dakar", "Unilever Ghana Ltd",
    "Guinness Nigeria PLC", "Safaricom PLC",
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Acme Corporation", "Acme Corp"),
        ("acm corp", "Acme Corp"),
        ("amce", "Acme Corp"),
        ("acmecorp", "Acme Corp"),
        ("ac me", "Acme Corp"),
        ("corp acme", "Acme Corp"),
        ("sonatell", "Sonatel SA"),
        ("Sonatel S.A.", "Sonatel SA"),
        ("koné freres", "Établissements Koné & Frères"),
        ("Ets Kone et Freres", "Établissements Koné & Frères"),
        ("societe general senegal", "Société Générale de Banques au Sénégal"),
        ("sgbs", "Société Générale de Banques au Sénégal"),
        ("bollore transports", "Bolloré Transport & Logistics"),
        ("diop", "Diop & Fils SARL"),
        ("dialo consultng", "Diallo Consulting"),
        ("nestle cote divoire", "Nestlé Côte d'Ivoire"),
        ("Dakar port", "Port Autonome de Dakar"),
        ("safari com", "Safaricom PLC"),
    ],
)
def test_a_name_is_found_although_it_is_written_another_way(asked: str, meant: str) -> None:
    names = NearNames([(str(at), name) for at, name in enumerate(COMPANIES)])
    assert names.find(asked, 5)[0].name == meant


@pytest.mark.parametrize("asked", ["", "  ", "&", "Globex", "Globex Ltd", "x", "SARL Mbaye", "zq"])
def test_a_name_that_no_customer_has_is_near_none(asked: str) -> None:
    names = NearNames([(str(at), name) for at, name in enumerate(COMPANIES)])
    assert names.find(asked, 5) == ()


def test_without_customers_no_name_is_near() -> None:
    assert NearNames([]).find("acme", 5) == ()


def test_two_letters_must_be_right() -> None:
    names = NearNames([("1", "BP"), ("2", "HP")])
    assert [near.name for near in names.find("hp", 5)] == ["HP"]
    assert names.find("xp", 5) == ()


def test_customers_of_one_name_are_all_found() -> None:
    names = NearNames([("2", "Acme"), ("1", "Acme"), ("3", "ACME")])
    assert [near.customer_id for near in names.find("acme", 5)] == ["3", "1", "2"]


def test_one_slip_in_a_name_still_finds_it() -> None:
    chance = random.Random(30)  # the same slips at every run
    syllables = "ba da ko la mi no ra se ti vu".split()
    companies = sorted({"".join(chance.choices(syllables, k=3)).title() for _ in range(400)})
    names = NearNames([(name, f"{name} Services SARL") for name in companies])
    missed = [name for name in companies if not _is_found(names, _slip(chance, name), name)]
    assert len(missed) <= len(companies) // 20  # another customer may be nearer to the slip


def _is_found(names: NearNames, asked: str, customer_id: str) -> bool:
    return customer_id in {near.customer_id for near in names.find(f"{asked} services", 5)}


def _slip(chance: random.Random, name: str) -> str:
    at = chance.randrange(1, len(name) - 1)
    ways = (
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
        name[:at] + chance.choice("aeiou") + name[at:],
        name[:at] + chance.choice("xyz") + name[at + 1 :],
    )
    return chance.choice(ways)


# --- many matches --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=DIALECTS)
def crowded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    """Lend an index where words match so often that they are not all read."""
    with an_index(request.param, tmp_path_factory.mktemp("crowded")) as index:
        days = [date(2026, 1, 1) + timedelta(days=at % 300) for at in range(WORDS_READ_MAX + 200)]
        index.put(US, [entry(at, lines="cement", issue_date=day) for at, day in enumerate(days)])
        yield index


@pytest.mark.parametrize("text", ["cement", "cement 17", "acme", "inv", "cement corp"])
@pytest.mark.parametrize("descending", [True, False])
def test_among_many_matches_the_order_of_relevance_is_the_same(
    crowded: SearchIndex, text: str, *, descending: bool
) -> None:
    asked: dict[str, Any] = {"sort": Sort.RELEVANCE, "descending": descending, "limit": 40}
    first = ask(crowded, text, **asked)
    rest = ask(crowded, text, cursor=first.cursor, **asked) if first.cursor else first
    whole = ask(crowded, text, **asked | {"limit": 80})
    shown = [hit.entry for hit in (*first.hits, *rest.hits)][: len(whole.hits)]
    assert shown == [hit.entry for hit in whole.hits]
    by_date = sorted(whole.hits, key=lambda hit: (hit.entry.issue_date, hit.entry.id))
    expected = by_date[::-1] if descending else by_date
    assert [hit.entry.id for hit in whole.hits] == [hit.entry.id for hit in expected]


def test_one_customer_of_the_asked_name_comes_first_among_many_matches(
    crowded: SearchIndex,
) -> None:
    crowded.put(US, [entry(9_000, customer="Cement & Co", customer_id="x")])
    crowded.put(US, [entry(9_001, customer="Dakar Cement", customer_id="y")])
    page = ask(crowded, "cement", sort=Sort.RELEVANCE, limit=3)
    assert [hit.entry.id for hit in page.hits][:2] == ["i009000", "i009001"]
    second = ask(crowded, "cement", sort=Sort.RELEVANCE, limit=3, cursor=page.cursor)
    crowded.remove(US, ["i009000", "i009001"])
    again = ask(crowded, "cement", sort=Sort.RELEVANCE, limit=3, cursor=page.cursor)
    assert [hit.entry.id for hit in again.hits] == [hit.entry.id for hit in second.hits]


def test_a_filter_among_many_matches_counts_right(crowded: SearchIndex) -> None:
    day = date(2026, 1, 5)
    page = ask(crowded, "cement", issued_from=day, issued_to=day)
    assert page.total == len(page.hits) == len(range(4, WORDS_READ_MAX + 200, 300))
    assert ask(crowded, currency="XOF").total == WORDS_READ_MAX + 200
