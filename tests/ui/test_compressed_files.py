"""The program's own files, compressed for who is elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from net30.ui.compressed_files import CompressedFiles

STATIC = Path(streamlit.__file__).parent / "static"
CHARTS = next((STATIC / "static" / "js").glob("PlotlyChart.*.js"))
ADDRESS = f"/{CHARTS.relative_to(STATIC).as_posix()}"
READS_GZIP = {"accept-encoding": "gzip"}


def from_the_program(_request: object) -> PlainTextResponse:
    return PlainTextResponse("as it is")


def browser(host: str) -> TestClient:
    behind = Starlette(routes=[Route("/{path:path}", from_the_program)])
    return TestClient(CompressedFiles(behind), client=(host, 50_000))


def test_who_is_elsewhere_gets_the_code_of_charts_in_less_than_a_third_of_its_size() -> None:
    answer = browser("203.0.113.7").get(ADDRESS, headers=READS_GZIP)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) * 3 < CHARTS.stat().st_size
    assert answer.content == CHARTS.read_bytes(), "unpacked it is the same to the byte"
    again = browser("203.0.113.7").get(ADDRESS, headers=READS_GZIP)
    assert again.headers["content-length"] == answer.headers["content-length"]


def test_a_proxy_on_this_machine_asks_for_somebody_elsewhere() -> None:
    asked = {**READS_GZIP, "x-forwarded-for": "203.0.113.7"}
    assert "content-encoding" in browser("127.0.0.1").get(ADDRESS, headers=asked).headers


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_browser_on_this_machine_gets_files_as_they_are(host: str) -> None:
    assert browser(host).get(ADDRESS, headers=READS_GZIP).text == "as it is"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/../main.py",
        "/static/js/nothing.js",
        "/static/js/../../../config.py",
        f"/{next((STATIC / 'static' / 'media').iterdir()).relative_to(STATIC).as_posix()}",
    ],
)
def test_nothing_but_scripts_and_styles_of_the_program_is_taken_from_the_disk(path: str) -> None:
    assert browser("203.0.113.7").get(path, headers=READS_GZIP).text == "as it is"


def test_who_cannot_read_it_or_writes_gets_no_compressed_file() -> None:
    elsewhere = browser("203.0.113.7")
    plain = elsewhere.get(ADDRESS, headers={"accept-encoding": "identity"})
    assert plain.text == "as it is"
    assert elsewhere.post(ADDRESS, headers=READS_GZIP).status_code == 405
