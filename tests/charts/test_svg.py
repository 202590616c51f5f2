"""Charts as SVG: well-formed, to scale, told in words, and nothing in them runs."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.charts.chart import Bars, Chart, Gauge, Heatmap, Lines, Series
from net30.charts.scale import scale_of, tick_label
from net30.charts.svg import COLOURS, draw

SVG = "{http://www.w3.org/2000/svg}"


def series(name: str, *values: float | None) -> Series:
    labels = tuple("" if one is None else f"{one:g} FCFA" for one in values)
    return Series(name, values, labels)


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(draw(chart))


def shapes(chart: Chart, kind: str) -> list[ET.Element]:
    return drawn(chart).findall(f"{SVG}{kind}")


def bars(*rows: Series) -> list[ET.Element]:
    places = tuple(f"month {at}" for at in range(len(rows[0].values)))
    found = shapes(Bars(title="t", places=places, series=rows), "rect")
    return [one for one in found if one.find(f"{SVG}title") is not None]


def test_bars_are_as_high_as_their_values() -> None:
    one, two, nothing = bars(series("", 10, 20, None))
    assert float(two.get("height", "")) == pytest.approx(2 * float(one.get("height", "")), abs=0.2)
    assert float(nothing.get("height", "")) == 0


def test_bars_stand_on_one_another_and_what_is_negative_hangs_below() -> None:
    first, second, below = bars(series("paid", 10), series("open", 5), series("credit", -5))
    top, height = (float(second.get(name, "")) for name in ("y", "height"))
    assert top + height == pytest.approx(float(first.get("y", "")), abs=0.2)
    foot = float(first.get("y", "")) + float(first.get("height", ""))
    assert float(below.get("y", "")) == pytest.approx(foot, abs=0.2)


@pytest.mark.parametrize("lying", [False, True])
def test_bars_that_stand_beside_each_other_begin_at_the_same_foot(lying: bool) -> None:  # noqa: FBT001 - pytest's
    rows = (series("ours", 10), series("published", 20))
    chart = Bars(title="t", places=("all",), series=rows, lying=lying, beside=True)
    ours, known = [one for one in shapes(chart, "rect") if one.find(f"{SVG}title") is not None]

    def at(one: ET.Element, name: str) -> float:
        return float(one.get(name, ""))

    long, along, across = ("width", "x", "y") if lying else ("height", "y", "x")
    assert at(known, long) == pytest.approx(2 * at(ours, long), abs=0.2)
    assert at(known, across) > at(ours, across)
    feet = [at(one, along) + (0 if lying else at(one, long)) for one in (ours, known)]
    assert feet[0] == pytest.approx(feet[1], abs=0.2)


def test_every_mark_says_in_words_what_it_is() -> None:
    (mark,) = bars(series("paid", 10))
    assert mark.findtext(f"{SVG}title") == "month 0, paid: 10 FCFA"


def test_a_line_breaks_where_nothing_is_known() -> None:
    chart = Lines(title="t", places=("a", "b", "c", "d"), series=(series("x", 1, 2, None, 3),))
    assert len(shapes(chart, "polyline")) == 2
    assert len(shapes(chart, "circle")) == 3


def test_a_band_is_drawn_where_both_its_ends_are_known() -> None:
    chart = Lines(
        title="t",
        places=("a", "b", "c"),
        series=(series("x", 1, 2, 3),),
        low=(None, 1, 2),
        high=(2, 3, 4),
    )
    (band,) = shapes(chart, "polygon")
    assert len(band.get("points", "").split()) == 4


def test_a_heatmap_is_darker_where_the_value_is_higher_and_empty_where_there_is_none() -> None:
    chart = Heatmap(title="t", places=("Mon", "Tue", "Wed"), series=(series("May", 1, 9, None),))
    shades = [float(one.get("fill-opacity", "")) for one in shapes(chart, "rect")]
    assert shades == [0.08, 0.9, 0]


@pytest.mark.parametrize(("value", "end"), [(0.0, "220.00"), (50.0, "320.00"), (100.0, "420.00")])
def test_a_gauge_ends_where_its_value_is(value: float, end: str) -> None:
    chart = Gauge(title="t", value=value, label=f"{value:g}")
    path = shapes(chart, "path")[1].get("d", "")
    assert path.split()[-2] == end


def test_several_series_are_named_in_a_legend_each_in_its_colour() -> None:
    chart = Bars(title="t", places=("a",), series=(series("paid", 1), series("open", 2)))
    texts = [one.text for one in shapes(chart, "text")]
    assert {"paid", "open"} <= set(texts)
    assert COLOURS[0] != COLOURS[1]


HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.mark.parametrize(
    "chart",
    [
        Bars(title=HOSTILE, places=(HOSTILE,), series=(series(HOSTILE, 1), series("b", 2))),
        Lines(title=HOSTILE, places=(HOSTILE,), series=(series(HOSTILE, 1), series("b", 2))),
        Heatmap(title=HOSTILE, places=(HOSTILE,), series=(Series(HOSTILE, (1.0,), (HOSTILE,)),)),
        Gauge(title=HOSTILE, value=1.0, label=HOSTILE),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_no_text_in_a_chart_becomes_markup(chart: Chart) -> None:
    root = drawn(chart)
    assert root.findtext(f"{SVG}title") == HOSTILE
    kinds = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert kinds <= {
        "svg",
        "title",
        "rect",
        "line",
        "text",
        "polyline",
        "polygon",
        "circle",
        "path",
    }
    assert not re.search(r"\b(href|on\w+)=", draw(chart))


numbers = st.lists(st.none() | st.floats(-1e15, 1e15), min_size=1, max_size=30)


@given(numbers)
def test_an_axis_holds_every_value_and_its_ticks_are_few_and_rise(
    values: list[float | None],
) -> None:
    scale = scale_of(values)
    for value in values:
        if value is not None:
            assert -1e-6 <= scale.share(value) <= 1 + 1e-6
    assert 2 <= len(scale.ticks) <= 12
    assert list(scale.ticks) == sorted(set(scale.ticks))


@given(numbers)
def test_any_values_can_be_drawn(values: list[float | None]) -> None:
    places = tuple(str(at) for at in range(len(values)))
    row = (Series("x", tuple(values), tuple("" for _ in values)),)
    for chart in (
        Bars(title="t", places=places, series=row),
        Lines(title="t", places=places, series=row),
        Heatmap(title="t", places=places, series=row),
    ):
        assert "nan" not in draw(chart)
        drawn(chart)


def test_a_tick_can_be_written_with_a_comma() -> None:
    assert tick_label(2_500_000, ",") == "2,5M"


def test_nothing_at_all_can_be_drawn() -> None:
    for chart in (
        Bars(title="t", places=(), series=()),
        Lines(title="t", places=(), series=()),
        Heatmap(title="t", places=(), series=()),
    ):
        drawn(chart)
