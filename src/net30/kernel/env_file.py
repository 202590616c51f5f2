"""Env file: settings as lines NAME=value, and the files that hold one secret each."""

from __future__ import annotations

from pathlib import Path

from net30.kernel.errors import ConfigurationError

SECRET_BYTES_MAX = 65_536


def secret_in(file: Path, name: str) -> str:
    """Return the text of a secret's file without the newline that editors put at its end."""
    try:
        with file.open("rb") as opened:
            content = opened.read(SECRET_BYTES_MAX + 1)
        text = content.decode("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ConfigurationError(
            f"{name}: {file} cannot be read: {why}",
            hint="name a file that this user may read, with nothing but the secret in it",
            code="secret_file",
        ) from error
    if not text or len(content) > SECRET_BYTES_MAX:
        raise ConfigurationError(
            f"{name}: {file} is {'too large' if text else 'empty'}",
            hint=f"write the secret into it, at most {SECRET_BYTES_MAX:,} bytes",
            code="secret_file",
        )
    return text


def parse_env_file(text: str) -> dict[str, str]:
    """Read the lines NAME=value of an .env file; a line that starts with # is a comment."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found[name.strip()] = value[1:-1] if quoted else value
    return found
