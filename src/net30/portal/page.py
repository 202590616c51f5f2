"""Page: the addresses of one file, each with who may see it; nothing is open by default.

    pages = Pages()

    @pages.get("/members", Permission.MEMBERS_READ)
    def members(visit: Visit) -> Response: ...

Without a permission it is for everybody who is signed in; `stranger_...`, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from net30.domain.identity.roles import Permission
from net30.portal.visit import Visit

Endpoint = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address and method, who may come, and what is answered."""

    method: str
    path: str
    endpoint: Endpoint
    needs: tuple[Permission, ...] = ()
    is_open: bool = False


@dataclass(slots=True)
class Pages:
    """Collects the pages of one file."""

    pages: list[Page] = field(default_factory=list)

    def get(self, path: str, *needs: Permission) -> Callable[[Endpoint], Endpoint]:
        """Declare a page for who is signed in."""
        return self._declared("GET", path, needs)

    def post(self, path: str, *needs: Permission) -> Callable[[Endpoint], Endpoint]:
        """Declare what a form of who is signed in does."""
        return self._declared("POST", path, needs)

    def stranger_get(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Declare a page for everybody."""
        return self._declared("GET", path, (), is_open=True)

    def stranger_post(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Declare what a form of everybody does."""
        return self._declared("POST", path, (), is_open=True)

    def _declared(
        self, method: str, path: str, needs: tuple[Permission, ...], *, is_open: bool = False
    ) -> Callable[[Endpoint], Endpoint]:
        def declared(endpoint: Endpoint) -> Endpoint:
            page = Page(method=method, path=path, endpoint=endpoint, needs=needs, is_open=is_open)
            self.pages.append(page)
            return endpoint

        return declared
