"""Packages outside: the example of docs/plugins.md, installed beside net30 and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from net30.kernel.plugin_rooms import found_plugins, plugin_rooms
from net30.kernel.plugins import names_in

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
_FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an installer leaves it: its modules, and what it declares beside them."""
    folder = tmp_path_factory.mktemp("site")
    files = dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    declared = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    declared.mkdir()
    about = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (declared / "METADATA").write_text(about)
    groups = project["entry-points"].items()
    lines = [
        line
        for group, points in groups
        for line in (f"[{group}]", *(f"{name} = {where}" for name, where in points.items()))
    ]
    (declared / "entry_points.txt").write_text("\n".join(lines))
    return folder


DRIVER = """
import contextlib, io, json, sys
from urllib.parse import parse_qs, urlsplit
from net30.cli.commands import run

def typed(*words):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = run(list(words))
    assert code == 0, (words, code, said.getvalue())
    return said.getvalue()

out, url = sys.argv[1:]
told = {"plugins": json.loads(typed("plugins", "--outside", "--json"))}
typed("ask", "Invoice Acme Corp 2 hours of design at 50000 XOF", "--yes")
entry = json.loads(typed("invoice", "list", "--json"))["items"][0]
typed("invoice", "render", entry["number"] or entry["id"], "--to", "telex", "-o", out)
client = ("--client-id", "c", "--address", url)
asked = json.loads(typed("books", "connect", "kivu", *client, "--json"))
state = parse_qs(urlsplit(asked["address"]).query)["state"][0]
typed("books", "finish", f"{asked['redirect_uri']}?code=yes&state={state}")
told["pull"] = json.loads(typed("books", "pull", "kivu", "--json"))
told["found"] = typed("search", "Goma")
print(json.dumps(told))
"""


class _Kivu(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Keep quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/token":
            body: object = {"token": f"for {parse_qs(parts.query)['code'][0]}"}
        else:
            assert self.headers["Authorization"] == "Bearer for yes"
            body = [
                {"id": "7", "number": "K-7", "customer": "Goma", "date": "2026-01-05", "cents": 99}
            ]
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def kivu() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Kivu) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_example_of_the_page_is_found_and_used(site: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "NET30_HOME": str(tmp_path / "home"),
        "NET30_WEB_ALLOW": "127.0.0.1/32",
    }
    out = tmp_path / "one.telex"
    with kivu() as url:
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(out), url],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            input="\n",
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    plugins = [(one["room"], one["name"], one["package"], one["fault"]) for one in told["plugins"]]
    assert plugins == [
        ("net30.adapters.books", "kivu", "net30-kivu", ""),
        ("net30.documents", "telex", "net30-kivu", ""),
    ]
    assert out.read_bytes().startswith(b"INVOICE ")
    assert b"X DESIGN" in out.read_bytes()
    assert told["pull"]["added"] == 1
    assert "K-7" in told["found"]


def test_what_keeps_a_plugin_from_working_is_told(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "net30_kivu" / "needy.py").write_text("import no_such_package_of_ours\nSUFFIX = '.x'\n")
    (site / "net30_kivu" / "bare.py").write_text("X = 1\n")
    beside = site / "more-2.0.dist-info"
    beside.mkdir()
    (beside / "METADATA").write_text("Metadata-Version: 2.1\nName: more\nVersion: 2.0\n")
    (beside / "entry_points.txt").write_text(
        "[net30.documents]\nneedy = net30_kivu.needy\nbare = net30_kivu.bare\n"
        "gone = net30_kivu.nowhere\npdf = net30_kivu.telex\nattr = net30_kivu.telex:write\n"
    )
    monkeypatch.syspath_prepend(site)
    names_in.cache_clear()
    found = {
        one.name: one.fault for one in found_plugins("net30.documents") if one.package == "more"
    }
    names_in.cache_clear()
    assert found == {
        "needy": "needs no_such_package_of_ours",
        "bare": "it defines no SUFFIX",
        "gone": "there is no module net30_kivu.nowhere",
        "pdf": "net30 has one of that name, which is taken",
        "attr": "its entry point must name a module",
    }


def test_every_room_that_packages_may_join_has_plugins_of_ours() -> None:
    rooms = {one.room for one in found_plugins() if one.package == "net30"}
    assert rooms == set(plugin_rooms())


def test_the_page_names_every_room() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [room for room in plugin_rooms() if f"`{room}`" not in page] == []
