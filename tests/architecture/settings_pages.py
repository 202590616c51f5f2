"""The two pages made from the table of settings: .env.example and docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from net30.settings import SETTINGS, Setting
from tests.architecture.project import ROOT


def env_example() -> str:
    """Write .env.example: every setting with its default, commented out."""
    lines = [
        "# Every setting of net30 with its default. Copy to .env in NET30_HOME and edit.",
        "# A name in parentheses works as well; NET30_ wins. The environment goes before the file.",
        "# A secret can be in a file instead: NET30_CHAT_KEY_FILE=/run/secrets/chat_key.",
        "# Made from src/net30/settings.py.",
    ]
    for row in SETTINGS:
        also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
        lines += ["", f"# {_capital(row.help)}{also}"]
        lines.append(f"# {row.env}={_quoted(row.default)}")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Write docs/settings.md: the same as a table for reading."""
    head = [
        "# Settings",
        "",
        "Each is read once at the start, from the environment or, below it, the file `.env` in",
        "`NET30_HOME`. A wrong value stops net30 with a sentence that says what was expected; so",
        "does a name that nothing knows. Secrets are never printed. Each secret can be in a file",
        "instead, as containers give them: `NET30_CHAT_KEY_FILE=/run/secrets/chat_key`.",
        "Made from `src/net30/settings.py` by `python3 dev.py check --fix docs`.",
        "",
        "| setting | also | default | what it is | read by |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *(_row(row) for row in SETTINGS)]) + "\n"


def pages() -> dict[Path, str]:
    """Return each page with what it has to say."""
    return {ROOT / ".env.example": env_example(), ROOT / "docs" / "settings.md": settings_page()}


def stale() -> list[str]:
    """List the pages that say something else than the table."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write() -> None:
    """Write both pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def _row(row: Setting) -> str:
    also = ", ".join(f"`{name}`" for name in row.aliases)
    default = f"`{row.default}`" if row.default else ""
    meaning = row.help + (" (secret)" if row.secret else "")
    cells = (f"`{row.env}`", also, default, meaning, row.read_by)
    return "| " + " | ".join(cells) + " |"


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text or " " in text else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
