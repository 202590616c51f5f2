"""Uploads: one file with a few fields beside it, as multipart/form-data."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header

from net30.kernel.errors import InputError, LimitExceeded

MEDIA_TYPE = "multipart/form-data"
FILE = "file"
FIELDS_MAX = 20
FIELD_BYTES_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent, and the fields beside it."""

    content: bytes
    file_name: str
    fields: dict[str, str]

    @property
    def said(self) -> bytes:
        """Return what decides the request: the parts, whatever stands between them."""
        told = [f"{name}={value}" for name, value in sorted(self.fields.items())]
        return "\n".join([*told, sha256(self.content).hexdigest()]).encode()


def read_upload(content: bytes, content_type: str) -> Upload:
    """Return the file and the fields of a multipart body.

    Raises InputError for what is none, or has no part called `file`; LimitExceeded for too much.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind.lower() != MEDIA_TYPE.encode() or not boundary:
        raise InputError(
            f"a body of the type {content_type[:80]!r} is not taken here",
            hint=f"send the file as {MEDIA_TYPE}, in a part called {FILE}",
            code="media_type",
        )
    fields: list[Field] = []
    files: list[File] = []
    parser = FormParser(
        MEDIA_TYPE,
        fields.append,
        files.append,
        boundary=boundary,
        config={"MAX_MEMORY_FILE_SIZE": len(content) + 1},
    )
    try:
        parser.write(content)
        parser.finalize()
    except FormParserError as error:
        raise _broken(str(error)) from None
    return _upload(fields, files)


def _upload(fields: list[Field], files: list[File]) -> Upload:
    if len(files) != 1 or files[0].field_name != FILE.encode():
        raise _broken(f"it has {len(files)} files, and one called {FILE!r} is wanted")
    told: dict[str, str] = {}
    for one in fields:
        name, value = one.field_name or b"", one.value or b""
        if len(told) >= FIELDS_MAX or len(value) > FIELD_BYTES_MAX:
            raise LimitExceeded(
                "the form has too many or too long fields",
                hint=f"at most {FIELDS_MAX} fields of {FIELD_BYTES_MAX:,} bytes",
                code="form_fields",
            )
        try:
            told[name.decode()] = value.decode()
        except UnicodeDecodeError:
            raise _broken("a field is not in UTF-8") from None
    sent = files[0].file_object
    assert isinstance(sent, BytesIO), "what fits into memory is kept there"
    called = (files[0].file_name or b"").decode("utf-8", "replace")
    return Upload(content=sent.getvalue(), file_name=called, fields=told)


def _broken(why: str) -> InputError:
    return InputError(
        f"the form cannot be read: {why[:200]}",
        hint=f"send {MEDIA_TYPE} with one file, in a part called {FILE}",
        code="form",
    )
