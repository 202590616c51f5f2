"""Rendering: the pages' templates; everything is escaped but the QR codes we draw ourselves."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from net30.language.locales import OWN_NAMES

STATIC = "/portal"
STYLE = "portal.css"
SCRIPT = "passkeys.js"
MARK = "mark.svg"
MEDIA_TYPES = {
    STYLE: "text/css; charset=utf-8",
    SCRIPT: "text/javascript; charset=utf-8",
    MARK: "image/svg+xml",
}


def template(name: str) -> Template:
    """Return a page's template."""
    return environment().get_template(f"{name}.html.j2")


def static(name: str) -> bytes:
    """Return a file that pages load."""
    return files("net30.portal").joinpath("static", name).read_bytes()


@cache
def address_of(name: str) -> str:
    """Return where a file is loaded from; another version has another address."""
    return f"{STATIC}/{name}?v={sha256(static(name)).hexdigest()[:12]}"


@cache
def environment() -> Environment:
    """Return the templates' surroundings, in which every text is escaped."""
    made = Environment(
        loader=PackageLoader("net30.portal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = address_of
    made.globals["languages"] = OWN_NAMES
    return made
