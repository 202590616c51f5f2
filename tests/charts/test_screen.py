"""A chart on the screen says what its data says, in the colours of the page."""

from __future__ import annotations

import pytest

from net30.charts.chart import Bars, Chart, Gauge, Heatmap, Lines, Series
from net30.charts.screen import Palette, Shares, figure

PALETTE = Palette(
    accent="#0f766e",
    text="#000000",
    faint="#dddddd",
    track="#eeeeee",
    series=("#111111", "#222222"),
    shades=("#ffffff", "#000000"),
)
ROW = Series("open", (1.0, None, 3.0), ("1 FCFA", "", "3 FCFA"))
PLACES = ("Jan", "Feb", "Mar")


@pytest.mark.parametrize(
    "chart",
    [
        Bars(title="t", places=PLACES, series=(ROW,)),
        Bars(title="t", places=PLACES, series=(ROW, ROW), lying=True, unit="days"),
        Lines(title="t", places=PLACES, series=(ROW,)),
        Lines(title="t", places=PLACES, series=(ROW,), low=(0, 0, 0), high=(5, 5, 5)),
        Heatmap(title="t", places=PLACES, series=(ROW,)),
        Gauge(title="t", value=52.3, label="52 of 100"),
        Shares(title="t", places=PLACES, values=(1, 2, 3), labels=("1", "2", "3")),
    ],
)
def test_every_chart_is_a_figure_that_plotly_takes(chart: Chart | Shares) -> None:
    graph_objects = pytest.importorskip("plotly.graph_objects")
    drawn = figure(chart, PALETTE)
    graph_objects.Figure(drawn)  # raises for what is no figure
    assert drawn["data"]


def test_a_band_is_drawn_below_its_line_and_is_not_in_the_legend() -> None:
    lines = Lines(title="t", places=PLACES, series=(ROW,), low=(0, 0, 0), high=(5, 5, 5))
    low, high, line = figure(lines, PALETTE)["data"]
    assert (low["showlegend"], high["fill"], line["name"]) == (False, "tonexty", "open")
    assert high["fillcolor"] == "rgba(17,17,17,0.16)"


def test_what_is_pointed_at_shows_the_finished_label_and_never_the_drawn_value() -> None:
    bars = figure(Bars(title="t", places=PLACES, series=(ROW,)), PALETTE)["data"][0]
    assert bars["customdata"] == list(ROW.labels)
    assert "%{customdata}" in bars["hovertemplate"]


def test_amounts_name_their_currency_beside_the_axis_and_shares_at_every_mark() -> None:
    def axis(unit: str, which: str, *, lying: bool) -> dict[str, object]:
        bars = Bars(title="t", places=PLACES, series=(ROW,), unit=unit, lying=lying)
        found: dict[str, object] = figure(bars, PALETTE)["layout"][which]
        return found

    assert axis("FCFA", "yaxis", lying=False)["title"] == {"text": "FCFA", "standoff": 16}
    assert axis("FCFA", "xaxis", lying=True)["title"] == {"text": "FCFA", "standoff": 16}
    assert axis("%", "yaxis", lying=False)["ticksuffix"] == " %"


def test_series_that_are_no_parts_of_a_whole_stand_beside_each_other() -> None:
    modes = [
        figure(Bars(title="t", places=PLACES, series=(ROW, ROW), beside=one), PALETTE)["layout"]
        for one in (True, False)
    ]
    assert [one["barmode"] for one in modes] == ["group", "stack"]


def test_given_colours_go_before_the_palettes() -> None:
    bars = Bars(title="t", places=PLACES, series=(ROW, ROW))
    drawn = figure(bars, PALETTE, ("#abcdef", "#fedcba"))["data"]
    assert [one["marker"]["color"] for one in drawn] == ["#abcdef", "#fedcba"]


def test_a_heatmap_writes_each_value_in_an_ink_that_its_shade_can_bear() -> None:
    def cells(row: Series) -> dict[str, object]:
        drawn = figure(Heatmap(title="t", places=PLACES, series=(row,)), PALETTE)["data"]
        return {one["textfont"]["color"]: (*one["z"], *one["text"]) for one in drawn}

    assert cells(ROW) == {
        "#000000": ([1.0, None, None], ["1 FCFA", "", ""]),
        "#ffffff": ([None, None, 3.0], ["", "", "3 FCFA"]),
    }
    flat = cells(Series("open", (7.0, 7.0, 7.0), ("7", "7", "7")))
    assert flat["#000000"] == ([7.0, 7.0, 7.0], ["7", "7", "7"])


def test_a_part_of_a_whole_is_written_in_what_can_be_read_on_its_colour() -> None:
    shares = Shares(title="t", places=PLACES[:2], values=(1, 2), labels=("1", "2"))
    drawn = figure(shares, PALETTE, ("#36b568", "#0b3d2e", "#ffffff"))["data"][0]
    assert drawn["insidetextfont"] == {"color": ["#000000", "#ffffff"]}


@pytest.mark.parametrize(("value", "marks"), [(4.1, "~g"), (999.0, "~g"), (12_000.0, "~s")])
def test_half_a_euro_is_no_500m_on_an_axis(value: float, marks: str) -> None:
    row = Series("loss", (value, 0.46), ("", ""))
    for chart in (
        Bars(title="t", places=PLACES[:2], series=(row,), unit="€", lying=True),
        Lines(title="t", places=PLACES[:2], series=(row,), unit="€"),
    ):
        layout = figure(chart, PALETTE)["layout"]
        axis = layout["xaxis" if isinstance(chart, Bars) else "yaxis"]
        assert axis["tickformat"] == marks
