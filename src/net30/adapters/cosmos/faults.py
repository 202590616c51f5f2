"""Faults: what the errors of the account's client mean to people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from azure.core.exceptions import AzureError, HttpResponseError
from azure.cosmos.exceptions import CosmosHttpResponseError

from net30.kernel.errors import LimitExceeded, Unavailable

NOT_NOW = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})
"""What is asked for is not there, there already, or has changed."""


class OtherwiseNow(Exception):
    """A document is not as the request took it to be: nothing was written."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn the client's errors into ours; what only we can have got wrong stays as it is.

    Raises OtherwiseNow, Unavailable, or LimitExceeded for a document that is too large.
    """
    try:
        yield
    except HttpResponseError as error:
        status = error.status_code or 0
        if status in NOT_NOW and not _is_elsewhere(error):
            raise OtherwiseNow(str(status)) from error
        fault = _fault(status, place)
        if fault is None:
            raise
        raise fault from error
    except AzureError as error:
        raise Unavailable(
            f"Azure Cosmos DB does not answer: {place}",
            hint="check the network and the account, then try again",
            code="unavailable",
        ) from error


def _is_elsewhere(error: HttpResponseError) -> bool:
    """Tell whether "not found" means the container, or a replica that lags behind our session."""
    return isinstance(error, CosmosHttpResponseError) and bool(error.sub_status)


def _fault(status: int, place: str) -> Unavailable | LimitExceeded | None:
    match status:
        case HTTPStatus.BAD_REQUEST:
            return None
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Unavailable(
                f"Azure Cosmos DB refuses net30: {place}",
                hint="check COSMOS_KEY, or the role of net30's identity in the account",
                code="cosmos_refused",
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Unavailable(
                f"Azure Cosmos DB has too many requests: {place}",
                hint="try again, or give the container more request units (RU/s)",
                code="busy",
            )
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return too_large("")
        case _:
            return Unavailable(
                f"Azure Cosmos DB fails ({status}): {place}",
                hint="try again; the account's page in the Azure portal may say why",
                code="unavailable",
            )


def too_large(what: str) -> LimitExceeded:
    """Return the refusal of a document that one container cannot hold."""
    return LimitExceeded(
        f"{what or 'this'} is too large for one document of Azure Cosmos DB",
        hint="make it smaller: fewer lines or shorter texts",
        code="document_size",
    )
