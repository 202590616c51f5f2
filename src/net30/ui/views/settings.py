"""Settings: the company, how its documents look, its taxes and numbers, who may come in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import available_timezones

import streamlit as st

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.numbering import format_number
from net30.domain.organisation import Appearance, Organisation
from net30.domain.party import Address, Party
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.errors import Net30Error
from net30.language.locales import OWN_NAMES, languages
from net30.services.brand_documents import brand_documents
from net30.services.context import ReadContext
from net30.services.create_organisation import save_organisation
from net30.services.render_document import render, style_of
from net30.ui import shell
from net30.ui.house.books import books
from net30.ui.house.keys import keys
from net30.ui.house.people import people
from net30.ui.house.webhooks import webhooks
from net30.ui.invoicing.invoice_making import decimal_of
from net30.ui.pieces.notices import keep_notice, problem, telling
from net30.ui.pieces.tables import table
from net30.ui.pieces.undoing import offer_company_back
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words

READ, WRITE = Permission.SETTINGS_READ, Permission.SETTINGS_WRITE
TEMPLATES = ("clean", "classic", "compact")
PAPERS = ("a4", "us-letter")
PAPER_NAMES = {"a4": "A4", "us-letter": "US Letter"}
LOGO_TYPES = ("png", "jpg", "svg")
TERMS_MAX = 365
PREVIEW_HEIGHT = 700


def show(visit: Visit) -> None:
    """Show one group of settings at a time."""
    t = visit.t
    st.title(t("Settings"))
    groups = {
        t("Company"): _company,
        t("Documents"): _documents,
        t("Taxes and numbers"): _taxes,
        t("People"): people,
    }
    if visit.may(Permission.SETTINGS_WRITE) or visit.may(Permission.IMPORTS_WRITE):
        groups[t("Connections")] = books
    if visit.may(Permission.KEYS_WRITE):
        groups[t("Keys")] = keys
    if visit.may(Permission.WEBHOOKS_READ):
        groups[t("Webhooks")] = webhooks
    for tab, work in zip(
        st.tabs(list(groups), on_change="rerun", key="settings_tabs"), groups.values(), strict=True
    ):
        if tab.open:
            with tab:
                work(visit)


def _company_of(visit: Visit) -> Organisation:
    with visit.look(READ) as ctx:
        return ctx.company


def _save(visit: Visit, changed: Organisation) -> None:
    t = visit.t
    with telling(t):
        with visit.change(WRITE) as ctx:
            before = ctx.company
            saved = save_organisation(ctx, changed)
        offer_company_back(visit, before, saved)
        st.rerun()


def _company(visit: Visit) -> None:
    t, company = visit.t, _company_of(visit)
    party, place = company.party, company.party.address
    locked = not visit.may(WRITE)
    with st.form("company", border=True):
        name = st.text_input(t("Name"), party.name, max_chars=200, required=True, disabled=locked)
        form = st.text_input(t("Legal form"), party.legal_form, max_chars=200, disabled=locked)
        line = st.text_input(t("Street"), place.line1, max_chars=200, disabled=locked)
        left, middle, right = st.columns([1, 2, 1])
        postcode = left.text_input(t("Postcode"), place.postcode, max_chars=20, disabled=locked)
        city = middle.text_input(t("City"), place.city, max_chars=100, disabled=locked)
        country = right.text_input(t("Country"), place.country, max_chars=2, disabled=locked)
        left, right = st.columns(2)
        email = left.text_input(
            t("Mail address"), party.contact.email, type="email", disabled=locked
        )
        phone = right.text_input(t("Phone"), party.contact.phone, max_chars=40, disabled=locked)
        left, right = st.columns(2)
        tax_id = left.text_input(t("Tax number"), party.tax_id, max_chars=60, disabled=locked)
        vat_id = right.text_input(t("VAT number"), party.vat_id, max_chars=60, disabled=locked)
        left, middle, right = st.columns(3)
        currency = left.text_input(t("Currency"), company.currency, max_chars=3, disabled=locked)
        codes = list(languages())
        language = middle.selectbox(
            t("Language of documents"),
            codes,
            index=codes.index(company.language),
            format_func=lambda code: OWN_NAMES[code],
            disabled=locked,
        )
        zones = sorted(available_timezones() | {company.time_zone})
        zone = right.selectbox(
            t("Time zone"), zones, index=zones.index(company.time_zone), disabled=locked
        )
        if st.form_submit_button(t("Save"), type="primary", disabled=locked):
            changed = replace(
                company,
                party=replace(
                    party,
                    name=(name or party.name).strip(),
                    legal_form=form or "",
                    tax_id=tax_id or "",
                    vat_id=vat_id or "",
                    address=replace(
                        place,
                        line1=line or "",
                        postcode=postcode or "",
                        city=city or "",
                        country=(country or "").upper(),
                    ),
                    contact=replace(party.contact, email=email or "", phone=phone or ""),
                ),
                currency=(currency or company.currency).upper(),
                language=language,
                time_zone=zone,
            )
            _save(visit, changed)


@st.fragment
def _documents(_: Visit) -> None:
    """Choose how documents look, with a live preview."""
    visit = shell.here()
    t, company = visit.t, _company_of(visit)
    look, names = company.appearance, _template_names(t)
    locked = not visit.may(WRITE)
    left, right = st.columns([2, 3], gap="large")
    with left:
        template = st.segmented_control(
            t("Template"), TEMPLATES, default=look.template if look.template in TEMPLATES else
            TEMPLATES[0], required=True, format_func=lambda one: names[one], key="look_template",
            disabled=locked,
        )  # fmt: skip
        colour = st.color_picker(t("Colour"), value=look.colour, key="look_colour", disabled=locked)
        paper = st.segmented_control(
            t("Paper"), PAPERS, default=look.paper if look.paper in PAPERS else PAPERS[0],
            required=True, format_func=lambda one: PAPER_NAMES[one], key="look_paper",
            disabled=locked,
        )  # fmt: skip
        file = st.file_uploader(t("Logo"), type=list(LOGO_TYPES), key="look_logo", disabled=locked)
        wanted = replace(look, template=template, colour=colour, paper=paper)
        if st.button(t("Save"), type="primary", disabled=locked, key="look_save"):
            with telling(t):
                with visit.change(WRITE) as ctx:
                    brand_documents(ctx, wanted, file.getvalue() if file else None)
                keep_notice(t("Saved. Issued documents keep the look they have."))
                st.rerun()
    with right:
        _preview(visit, company, wanted)


def _template_names(t: Words) -> dict[str, str]:
    return {"clean": t("Clean"), "classic": t("Classic"), "compact": t("Compact")}


def _preview(visit: Visit, company: Organisation, look: Appearance) -> None:
    t = visit.t
    with visit.look(READ) as ctx:
        try:
            branded = replace(company, appearance=look)
            sample = _sample(ctx, branded)
            page = render(sample, "html", style_of(ctx.blobs, branded, sample))
        except Net30Error as error:
            problem(t, error)
            return
    with st.container(border=True):
        st.iframe(page.decode(), height=PREVIEW_HEIGHT, alt=t("Preview"))


def _sample(ctx: ReadContext, company: Organisation) -> Invoice:
    someone = Customer(
        id="sample",
        party=Party(name="Acme Corp", address=Address(country=company.party.address.country)),
    )
    line = NewLine(name="Consulting", unit_price=Decimal(90000), quantity=Decimal(40), unit="HUR")
    new = NewInvoice(customer_id=someone.id, lines=(line,))
    return draft(new, invoice_id="sample", seller=company, customer=someone, today=ctx.today)


def _taxes(visit: Visit) -> None:
    t, company = visit.t, _company_of(visit)
    locked = not visit.may(WRITE)
    with st.form("taxes", border=True):
        left, middle, right = st.columns(3)
        tax = left.text_input(
            t("Usual tax, %"), f"{company.tax.percent:f}", max_chars=10, disabled=locked
        )
        days = middle.number_input(
            t("Usual days to pay"), min_value=0, max_value=TERMS_MAX, value=company.terms.days,
            disabled=locked,
        )  # fmt: skip
        cost = right.text_input(
            t("Cost of capital, % a year"), f"{company.cost_of_capital:f}", max_chars=10,
            disabled=locked,
        )  # fmt: skip
        if st.form_submit_button(t("Save"), type="primary", disabled=locked):
            with telling(t):
                rate = decimal_of(tax, t("a rate"))
                changed = replace(
                    company,
                    tax=company.tax if rate == company.tax.percent else TaxRate.of(rate),
                    terms=company.terms if days == company.terms.days else PaymentTerms(days),
                    cost_of_capital=decimal_of(cost, t("a rate")),
                )
                _save(visit, changed)
    st.markdown(f"**{t('Numbers')}**")
    patterns, names = dict(company.patterns), _series_names(t)
    with visit.look(READ) as ctx:
        year = ctx.today.year
    table(
        visit,
        {
            t("Series"): [names.get(one, one) for one in patterns],
            t("Pattern"): list(patterns.values()),
            t("The first of a year"): [format_number(one, year, 1) for one in patterns.values()],
        },
        alt=t("Numbers"),
    )
    st.caption(t("Numbers are given at issue, without gaps, by series and year."))


def _series_names(t: Words) -> dict[str, str]:
    return {
        "invoice": t("Invoice"),
        "credit_note": t("Credit note"),
        "deposit": t("Deposit invoice"),
        "quote": t("Quote"),
        "pro_forma": t("Pro forma"),
    }


PLACE = Place(
    title="Settings",
    icon="settings",
    section=Section.HOUSE,
    order=0,
    needs=(READ,),
    show=show,
)
