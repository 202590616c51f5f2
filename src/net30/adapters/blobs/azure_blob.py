"""Blobs in Azure Blob Storage: one container, a folder of names for each organisation.

The account needs no hierarchical namespace: names are listed in the order of a flat one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import PurePosixPath
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import ContainerClient, ContentSettings, StorageErrorCode

from net30.adapters.blobs._azure_account import open_container
from net30.adapters.blobs._names import folder_of, parts_of
from net30.kernel.errors import NotFound, Unavailable
from net30.ports.blobs import Blobs

NAMES_PER_PAGE = 5_000
"""The most that the service lists in one answer."""
REST_SECONDS = 5
REASON_CHARACTERS_MAX = 200
FORBIDDEN = 403
MISSING = (StorageErrorCode.BLOB_NOT_FOUND.value, StorageErrorCode.CONTAINER_NOT_FOUND.value)
"""What the service says; whoever else answers "not found" is somebody else."""

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
UNKNOWN_TYPE = "application/octet-stream"

_QUERY = re.compile(r"\?[^\s'\")]*")

T = TypeVar("T")


def build(url: str) -> Blobs:
    """Return the container that a URL names; it is made when the first blob is put.

    Nothing is sent and nobody signed in before that. Raises ConfigurationError for a URL that
    names none.
    """
    return AzureBlobs(open_container(url))


@dataclass(slots=True)
class Pause:
    """After a failure all is refused for a moment: nobody waits for the same silence again."""

    until: float = 0.0
    error: Unavailable | None = None

    def end(self) -> None:
        """Forget the failure: something was answered."""
        self.error = None

    def begin(self, error: Unavailable) -> None:
        """Refuse with the same words for REST_SECONDS."""
        self.error, self.until = error, monotonic() + REST_SECONDS

    def check(self) -> None:
        """Raise Unavailable while it lasts."""
        error = self.error
        if error and monotonic() < self.until:
            raise Unavailable(error.message, hint=error.hint, code=error.code)


@dataclass(frozen=True, slots=True)
class AzureBlobs:
    """Blobs in one container."""

    container: ContainerClient = field(repr=False)
    pause: Pause = field(default_factory=Pause, repr=False)

    def put(self, organisation: str, name: str, content: bytes) -> None:
        """Write bytes whole or not at all; raise Unavailable when the service does not take them.

        The service compares the MD5 of what arrived, and keeps it for whoever reads.
        """
        blob = _path(organisation, name)

        def upload() -> None:
            self.container.upload_blob(
                blob,
                content,
                overwrite=True,
                content_settings=ContentSettings(
                    content_type=CONTENT_TYPES.get(PurePosixPath(name).suffix, UNKNOWN_TYPE),
                    content_md5=_md5(content),
                ),
                validate_content="md5",
            )

        try:
            self._answered(upload)
        except ResourceNotFoundError:
            self._answered(self._make_container)
            try:
                self._answered(upload)
            except ResourceNotFoundError as error:
                raise self._unavailable("its container is removed again and again") from error

    def get(self, organisation: str, name: str) -> bytes:
        """Return the bytes; raise NotFound, or Unavailable for bytes that are not those put."""
        blob = _path(organisation, name)

        def download() -> tuple[bytes, bytearray | None]:
            found = self.container.download_blob(blob)
            return found.readall(), found.properties.content_settings.content_md5

        try:
            content, written = self._answered(download)
        except ResourceNotFoundError:
            raise NotFound(
                f"there is no file {name!r}", hint="check the name", code="blob_not_found"
            ) from None
        if written and written != _md5(content):
            raise Unavailable(
                f"the file {name!r} is damaged in Azure Blob Storage: its MD5 is another",
                hint="restore it from an earlier version or the backup",
                code="blob_damaged",
            )
        return content

    def names(self, organisation: str, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin so, sorted, as the service lists them page by page."""
        _path(organisation, f"{folder_of(prefix)}any")
        home = f"{organisation}/"
        listed = self.container.list_blob_names(
            name_starts_with=home + prefix, results_per_page=NAMES_PER_PAGE
        ).by_page()
        while True:
            try:
                page = self._answered(lambda: list(next(listed)))  # it may be empty and not the end
            except (StopIteration, ResourceNotFoundError):  # the end, or nothing was ever put
                return
            yield from (blob.removeprefix(home) for blob in page)

    def delete(self, organisation: str, name: str) -> None:
        """Remove a name; nothing happens when it is not there."""
        blob = _path(organisation, name)
        try:
            self._answered(lambda: self.container.delete_blob(blob, delete_snapshots="include"))
        except ResourceNotFoundError:
            return

    def where(self, organisation: str, name: str) -> str:
        """Return the URL of the blob, which opens for who is signed in to the account."""
        # Never the client's own URL: it may end in a signature that opens the account.
        return f"{self.container.url.partition('?')[0]}/{_path(organisation, name)}"

    def fault(self) -> str:
        """Return why the service did not answer when it was asked last; empty when it did."""
        error = self.pause.error
        return error.message if error else ""

    def _make_container(self) -> None:
        try:
            self.container.create_container()
        except ResourceExistsError as error:
            if _code(error) != StorageErrorCode.CONTAINER_ALREADY_EXISTS:  # it is being deleted
                raise

    def _answered(self, ask: Callable[[], T]) -> T:
        """Return the service's answer; that something is missing is for the caller."""
        self.pause.check()
        try:
            answer = self._asked(ask)
        except Unavailable as error:
            self.pause.begin(error)
            raise
        except (ResourceNotFoundError, StopIteration):
            self.pause.end()
            raise
        self.pause.end()
        return answer

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except ResourceNotFoundError as error:
            if _code(error) in MISSING:
                raise
            raise self._unavailable(_code(error)) from error
        except ClientAuthenticationError as error:
            raise self._refused(error) from error
        except HttpResponseError as error:
            if error.status_code == FORBIDDEN:
                raise self._refused(error) from error
            raise self._unavailable(_code(error)) from error
        except AzureError as error:
            raise self._unavailable(_words(error)) from error

    def _unavailable(self, why: str) -> Unavailable:
        host = urlsplit(self.container.url).netloc
        return Unavailable(
            f"Azure Blob Storage at {host} does not answer: {why}",
            hint="check the network and the state of the account; it is tried again",
            code="blobs_unavailable",
        )

    def _refused(self, error: AzureError) -> Unavailable:
        host = urlsplit(self.container.url).netloc
        return Unavailable(
            f"Azure Blob Storage at {host} refuses: {_code(error)}",
            hint="check the key, or give the identity the role Storage Blob Data Contributor",
            code="blobs_refused",
        )


def _path(organisation: str, name: str) -> str:
    return "/".join(parts_of(organisation, name))


def _md5(content: bytes) -> bytearray:
    return bytearray(md5(content, usedforsecurity=False).digest())


def _code(error: AzureError) -> str:
    """Return the service's own word for what happened, or the first words of the error."""
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code)) if code else _words(error)


def _words(error: AzureError) -> str:
    # What follows a URL's question mark may be a signature that opens the account.
    return " ".join(_QUERY.sub("", error.message).split())[:REASON_CHARACTERS_MAX]
