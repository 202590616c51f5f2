"""Visit: who looks at a screen, in which organisation's books, in which language.

Who that is is asked anew at every click: a session that ended, or a role that was taken away,
ends at once what the browser may see.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from time import monotonic, sleep
from typing import TypeVar

from net30.app import App
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.kernel.decimals import round_half_up
from net30.kernel.money import Money
from net30.language.amounts import currency_label, write_money, write_number, write_percent
from net30.language.dates import write_short_date
from net30.services.cached import CACHES, cached
from net30.services.context import Context, ReadContext
from net30.ui.office import Office
from net30.ui.words import Words

T = TypeVar("T")

SETTLE_SECONDS = 2.0
"""So long a change waits for the lists to show it; what takes longer follows by itself."""
_PAUSE_SECONDS = 0.02
_SHOWN = frozenset(CACHES.values()) - {""}
"""The projections that screens read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One run of a screen for somebody who is signed in."""

    office: Office
    app: App
    principal: Principal
    t: Words

    def may(self, *permissions: Permission) -> bool:
        """Tell whether this one may do all of that."""
        return self.principal.permissions.issuperset(permissions)

    def look(self, *needs: Permission) -> AbstractContextManager[ReadContext]:
        """Open a question to the books; raise Forbidden for who may not ask."""
        self.principal.need_all(needs)
        return self.app.look(self.principal.user)

    @contextmanager
    def change(self, *needs: Permission) -> Iterator[Context]:
        """Open a change of the books; raise Forbidden for who may not make it.

        Afterwards it waits a moment until the lists show what was done.
        """
        self.principal.need_all(needs)
        with self.app.change(self.principal.user) as ctx:
            yield ctx
        self.followed()

    @contextmanager
    def arrange(self, *needs: Permission) -> Iterator[Context]:
        """Open a change of what this one has arranged; nothing follows from it for the books."""
        self.principal.need_all(needs)
        with self.app.change(self.principal.user) as ctx:
            yield ctx

    def followed(self) -> None:
        """Let projections follow what happened, and wait a moment for those that screens read."""
        organisation, store = self.principal.organisation, self.app.world.store
        self.office.poke(organisation)
        with store.reading(organisation) as tx:
            last, _ = tx.last_event()
        until = monotonic() + SETTLE_SECONDS
        while monotonic() < until:
            if all(store.checkpoint(organisation, name) >= last for name in _SHOWN):
                return
            sleep(_PAUSE_SECONDS)

    def known(self, ctx: ReadContext, question: Hashable, compute: Callable[[], T]) -> T:
        """Return an answer that holds until something happens in the books.

        It is the same for all who may see as much, so it may say nothing of who asks.
        """
        asked = ("screen", self.principal.permissions, self.t.language, question)
        return cached(replace(ctx, user=""), "statistics", asked, compute)

    def money(self, amount: Money) -> str:
        """Write an amount with its currency."""
        return write_money(amount, self.t.language)

    def currency(self, code: str) -> str:
        """Write a currency as amounts do: what a chart's axis counts in."""
        return currency_label(code, self.t.language)

    def day(self, day: date | None) -> str:
        """Write a day, nothing for none."""
        return write_short_date(day, self.t.language) if day else ""

    def number(self, value: Decimal, digits: int | None = None) -> str:
        """Write a number."""
        return write_number(value, self.t.language, digits)

    def number_of(self, count: int) -> str:
        """Write a count."""
        return write_number(Decimal(count), self.t.language)

    def percent(self, share: Decimal | float, digits: int = 0) -> str:
        """Write a share of 0 to 1 in per cent."""
        whole = round_half_up(Decimal(str(share)) * 100, digits)
        return write_percent(whole, self.t.language)
