"""Organisation: the seller whose books these are, and what its invoices take for granted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.domain.bounds import DEFAULT_BOUNDS, DailyBounds
from net30.domain.dunning import DEFAULT_POLICY, DunningPolicy
from net30.domain.invoice import PaymentInstructions
from net30.domain.numbering import DEFAULT_PATTERNS
from net30.domain.party import Party
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.errors import NotFound

DEFAULT_TAX = TaxRate(TaxCategory.STANDARD, Decimal(18))
"""The usual VAT rate of the UEMOA."""

DEFAULT_TERMS = PaymentTerms(30)

ENGINES = ("", "auto", "local", "spark")
DEPTHS = ("basic", "comprehensive")

DEFAULT_COST_OF_CAPITAL = Decimal(10)
"""Per cent a year: what a bank overdraft costs, roughly; say your own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """How the organisation's documents look: template, brand colour (#rrggbb), paper, logo.

    `logo` is the name of a blob; `payment_link` is a URL with {number}, {amount}, {currency};
    `templates` is a folder of own templates.
    """

    template: str = "clean"
    colour: str = "#1f4e79"
    paper: str = "a4"
    logo: str = ""
    payment_link: str = ""
    templates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One tenant: its party, currency, defaults and number patterns.

    `fcfa` and `dollar` say which currency people here mean by these words; `date_order` is DMY or
    MDY; `patterns` maps a series (invoice, credit_note, quote, ...) to its number pattern;
    `bounds` say how much may be done through the assistant on one day; `cost_of_capital` is what
    waiting for money costs, in per cent a year; `dunning` are its own policies, of which the one
    called default replaces ours; `alert_limits` are its own limits of alert rules, None for a rule
    that is off, and `alert_mail` is whom new alerts are mailed to, nobody when empty. `engine` is
    what scores files (auto, local or spark; empty: as the installation says), `analytics` how much
    of the figures its people see: basic, the first screen, or comprehensive.
    """

    id: str
    party: Party
    currency: str
    tax: TaxRate = DEFAULT_TAX
    terms: PaymentTerms = DEFAULT_TERMS
    language: str = "fr"
    fcfa: str = "XOF"
    dollar: str = "USD"
    date_order: str = "DMY"
    patterns: tuple[tuple[str, str], ...] = DEFAULT_PATTERNS
    payment: PaymentInstructions | None = None
    appearance: Appearance = Appearance()
    place: str = ""
    time_zone: str = "UTC"
    bounds: DailyBounds = DEFAULT_BOUNDS
    cost_of_capital: Decimal = DEFAULT_COST_OF_CAPITAL
    dunning: tuple[DunningPolicy, ...] = ()
    alert_limits: tuple[tuple[str, Decimal | None], ...] = ()
    alert_mail: str = ""
    engine: str = ""
    analytics: str = "comprehensive"

    def pattern(self, series: str) -> str:
        """Return the number pattern of a series; raise NotFound for one that is not numbered."""
        patterns = dict(DEFAULT_PATTERNS) | dict(self.patterns)
        if series not in patterns:
            raise NotFound(
                f"there is no series {series!r}",
                hint=f"there are: {', '.join(sorted(patterns))}",
                code="series",
            )
        return patterns[series]

    def dunning_policy(self, name: str = "") -> DunningPolicy:
        """Return the dunning policy of a name, the default for none; raise NotFound."""
        policies = {policy.name: policy for policy in (DEFAULT_POLICY, *self.dunning)}
        wanted = name or DEFAULT_POLICY.name
        if wanted not in policies:
            raise NotFound(
                f"there is no dunning policy {wanted!r}",
                hint=f"there are: {', '.join(sorted(policies))}",
                code="dunning_policy",
            )
        return policies[wanted]
