"""Plugins: the files of a room, and other packages' entry points, loaded when asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from net30.kernel.errors import ConfigurationError
from net30.kernel.plugins import load, names_in

Room = Callable[..., str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Make a room of given files, and a package beside it that offers plugins for the room."""

    def build(files: dict[str, str], offers: dict[str, str] | None = None) -> str:
        name = f"room_{tmp_path.name.replace('-', '_')}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for file, text in files.items():
            (folder / f"{file}.py").write_text(text)
        meta = tmp_path / "other-1.0.dist-info"
        meta.mkdir()
        (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        lines = "".join(f"{key} = {target}\n" for key, target in (offers or {}).items())
        (meta / "entry_points.txt").write_text(f"[{name}]\n{lines}")
        monkeypatch.syspath_prepend(tmp_path)
        return name

    before = set(sys.modules)
    yield build
    for name in set(sys.modules) - before:
        if name.startswith("room_"):
            del sys.modules[name]
    names_in.cache_clear()


def test_a_rooms_files_are_its_plugins_but_for_private_ones(room: Room) -> None:
    name = room({"pdf": "raise RuntimeError('imported')", "html": "", "_parts": ""})
    assert names_in(name) == ("html", "pdf")


def test_a_room_that_does_not_exist_has_no_plugins() -> None:
    assert names_in("net30_has_no_such_room") == ()


def test_another_package_adds_a_plugin_by_its_entry_point(room: Room) -> None:
    name = room({"pdf": ""}, {"fax": "json"})
    assert names_in(name) == ("fax", "pdf")
    assert load(name, "fax").__name__ == "json"


def test_a_rooms_own_file_is_not_displaced_from_outside(room: Room) -> None:
    name = room({"pdf": "HERE = True"}, {"pdf": "json"})
    assert load(name, "pdf").HERE


def test_an_unknown_plugin_is_refused_with_the_names_there_are(room: Room) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(room({"pdf": "", "html": ""}), "docx")
    assert refusal.value.code == "plugin"
    assert refusal.value.hint == "there are: html, pdf"


def test_a_missing_package_is_answered_with_the_line_that_installs_it(room: Room) -> None:
    name = room({"cosmos": "import azure_is_not_here.cosmos"})
    with pytest.raises(ConfigurationError) as refusal:
        load(name, "cosmos", extra="azure")
    assert refusal.value.code == "plugin_package"
    assert refusal.value.hint == "pip install 'net30[azure]'"
    with pytest.raises(ConfigurationError) as refusal:
        load(name, "cosmos")
    assert refusal.value.hint == "pip install azure_is_not_here"


@pytest.mark.parametrize(
    "text", ["import net30.no_such_room", "raise ModuleNotFoundError('no name')"]
)
def test_a_fault_of_our_own_is_not_disguised_as_a_missing_package(room: Room, text: str) -> None:
    name = room({"broken": text})
    with pytest.raises(ModuleNotFoundError):
        load(name, "broken")


def test_an_entry_point_that_is_no_module_is_refused(room: Room) -> None:
    name = room({}, {"fax": "json:dumps"})
    with pytest.raises(ConfigurationError) as refusal:
        load(name, "fax")
    assert refusal.value.code == "plugin"
    assert refusal.value.hint == "name a module"
