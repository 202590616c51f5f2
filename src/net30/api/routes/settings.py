"""Settings: what documents look like, how the assistant is bounded, what scores files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.bounds import DEFAULT_BOUNDS, Bound, DailyBounds
from net30.domain.identity.roles import Permission
from net30.domain.identity.user import checked_email
from net30.domain.numbering import DEFAULT_PATTERNS
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.kernel.money import Money, digits_of
from net30.services.brand_documents import brand_documents
from net30.services.context import Context
from net30.services.create_organisation import save_organisation

routes = Resource("settings", "Numbers, look, time zone, bounds and switches of the organisation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How documents look: template, brand colour (#rrggbb), paper, link to pay by."""

    template: str = "clean"
    colour: str = "#1f4e79"
    paper: str = "a4"
    payment_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much the assistant may do on one day; what is null takes the default.

    `amounts` are what the payments, or the credits, of a day may come to, one for a currency.
    """

    payments: int | None = None
    credits: int | None = None
    mails: int | None = None
    issues: int | None = None
    drafts: int | None = None
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What an organisation chose, beside what /organisation says of it.

    `patterns` pair a series with its number pattern, such as ["invoice", "INV-{year}-{seq:06}"];
    `fcfa` and `dollar` are the currencies that people mean by these words; `bounds` are how much
    may be done through the assistant on one day; new alerts are mailed to `alert_mail`. `engine`
    scores files (local, spark or auto; empty: as the installation says), `analytics` is how much of
    the figures the screens show (basic or comprehensive); sent as null, these two stay as they are.
    """

    patterns: tuple[tuple[str, str], ...]
    look: Look
    time_zone: str
    fcfa: str
    dollar: str
    date_order: str
    bounds: Bounds
    alert_mail: str
    engine: str | None = None
    analytics: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoForm:
    """A logo as PNG, JPEG or SVG."""


EXAMPLE = {
    "patterns": [["invoice", "INV-{year}-{seq:06}"]],
    "look": {"colour": "#1f4e79"},
    "time_zone": "Africa/Abidjan",
    "fcfa": "XOF",
    "dollar": "USD",
    "date_order": "DMY",
    "bounds": {},
    "alert_mail": "",
    "engine": "auto",
    "analytics": "comprehensive",
}


@routes.get("/settings", Permission.SETTINGS_READ, gives=Choices)
def get_settings(visit: Looking) -> Response:
    """Show the organisation's settings."""
    with visit.look() as ctx:
        found = ctx.tx.load(Organisation, ctx.organisation)
    return visit.reply(_choices(found.value), tag=tag_of(found.version))


@routes.put("/settings", Permission.SETTINGS_WRITE, takes=Choices, gives=Choices, example=EXAMPLE)
def replace_settings(visit: Changing) -> Response:
    """Replace the organisation's settings; a look that gives no page is refused."""
    wanted = visit.body(Choices)
    _check(wanted)

    def replaced(ctx: Context) -> tuple[object, str]:
        before = ctx.tx.load(Organisation, ctx.organisation)
        visit.check_match(tag_of(before.version))
        look = replace(
            before.value.appearance,
            template=wanted.look.template,
            colour=wanted.look.colour,
            paper=wanted.look.paper,
            payment_link=wanted.look.payment_link,
        )
        if look != before.value.appearance:
            brand_documents(ctx, look)
        company = replace(
            ctx.company,
            patterns=wanted.patterns,
            time_zone=wanted.time_zone,
            fcfa=wanted.fcfa,
            dollar=wanted.dollar,
            date_order=wanted.date_order,
            bounds=_bounds(wanted.bounds),
            alert_mail=wanted.alert_mail,
            engine=ctx.company.engine if wanted.engine is None else wanted.engine,
            analytics=ctx.company.analytics if wanted.analytics is None else wanted.analytics,
        )
        save_organisation(ctx, company)
        after = ctx.tx.load(Organisation, ctx.organisation)
        return _choices(after.value), tag_of(after.version)

    return visit.keyless(replaced)


@routes.upload("/settings/logo", Permission.SETTINGS_WRITE, form=LogoForm, gives=Choices)
def replace_logo(visit: Changing) -> Response:
    """Print this logo on documents from now on; one that cannot be drawn is refused."""
    sent = visit.upload()

    def branded(ctx: Context) -> Choices:
        return _choices(brand_documents(ctx, ctx.company.appearance, sent.content))

    return visit.once(branded, said=sent.said)


def _check(wanted: Choices) -> None:
    digits_of(wanted.dollar)
    if wanted.fcfa not in {"XOF", "XAF"} or wanted.date_order not in {"DMY", "MDY"}:
        raise InputError(
            f"{wanted.fcfa!r} and {wanted.date_order!r} cannot be",
            hint="fcfa is XOF or XAF, date_order DMY or MDY",
            code="settings",
        )
    if wanted.alert_mail:
        checked_email(wanted.alert_mail)
    if wanted.look.payment_link and not wanted.look.payment_link.startswith("https://"):
        raise InputError(
            "the link to pay by does not begin with https://",
            hint="write https://..., with {number}, {amount}, {currency} in it",
            code="payment_link",
        )


def _bounds(asked: Bounds) -> DailyBounds:
    bounds = DEFAULT_BOUNDS
    for bound in Bound:
        number: int | None = getattr(asked, bound.value)
        if number is not None:
            bounds = bounds.with_number(bound, number)
    for amount in asked.amounts:
        bounds = bounds.with_amount(amount)
    return bounds


def _choices(company: Organisation) -> Choices:
    look, numbers = company.appearance, dict(company.bounds.numbers)
    return Choices(
        patterns=tuple((dict(DEFAULT_PATTERNS) | dict(company.patterns)).items()),
        look=Look(
            template=look.template,
            colour=look.colour,
            paper=look.paper,
            payment_link=look.payment_link,
        ),
        time_zone=company.time_zone,
        fcfa=company.fcfa,
        dollar=company.dollar,
        date_order=company.date_order,
        bounds=Bounds(
            payments=numbers.get(Bound.PAYMENTS),
            credits=numbers.get(Bound.CREDITS),
            mails=numbers.get(Bound.MAILS),
            issues=numbers.get(Bound.ISSUES),
            drafts=numbers.get(Bound.DRAFTS),
            amounts=company.bounds.amounts,
        ),
        alert_mail=company.alert_mail,
        engine=company.engine,
        analytics=company.analytics,
    )
