"""Mail as .eml files in a folder: every mail program opens them, and nothing leaves the house."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from net30.adapters.mail._mime import mime
from net30.kernel.errors import ConfigurationError, InputError
from net30.kernel.files import write_whole
from net30.ports.mail import Mail, Message

READABLE_CHARACTERS_MAX = 60

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
_ORGANISATION = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)


def build(url: str) -> Mail:
    """Return the folder that a URL such as folder:var/mail names."""
    path = url.partition(":")[2].removeprefix("//")
    if not path:
        raise ConfigurationError(
            f"{url!r} names no folder", hint="write it as folder:var/mail", code="mail_url"
        )
    return FolderMail(Path(path).absolute())


@dataclass(frozen=True, slots=True)
class FolderMail:
    """One file a message, named by its id: handing over twice leaves one file."""

    root: Path

    def send(self, organisation: str, message: Message) -> str:
        """Write the message and return the path of its file; raise Unavailable."""
        if not _ORGANISATION.fullmatch(organisation):
            raise InputError(
                f"{organisation[:80]!r} is not an organisation's id",
                hint="use letters, digits, - and _",
                code="organisation",
            )
        content = mime(message).as_bytes()
        path = self.root / organisation / _file_name(message.message_id)
        write_whole(path, content)
        return str(path)


def _file_name(message_id: str) -> str:
    """Return the id as far as a person can use it, and a mark that no other id shares."""
    readable = _NOT_A_NAME.sub("_", message_id).strip("._")[:READABLE_CHARACTERS_MAX]
    return f"{readable}-{sha256(message_id.encode()).hexdigest()[:16]}.eml"
