"""Customer: one of them: profile, account, behaviour, what it still owes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.terms import PaymentTerms
from net30.insights.customer_performance import CustomerPerformance
from net30.kernel.errors import Conflict
from net30.kernel.money import Money
from net30.services.business_insights import Insight, business_insights
from net30.services.context import Context, ReadContext
from net30.services.make_statement import Statement, make_statement
from net30.services.save_customer import save_customer
from net30.services.write_statement import take_statement
from net30.ui import shell
from net30.ui.customers.customer_cards import risk_card, said_card
from net30.ui.invoicing.invoice_making import amount_of
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.pieces.watching import watch
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ, WRITE = Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE
TERMS_MAX = 365
NOTES_MAX = 4000


def show(visit: Visit) -> None:
    """Show the customer that the address names."""
    t = visit.t
    link("customers", t("All customers"), icon="arrow_back")
    with visit.look(READ) as ctx:
        customer = ctx.tx.load(Customer, str(st.query_params.get("id", ""))).value
        statement = (
            make_statement(ctx, customer.id) if visit.may(Permission.INVOICES_READ) else None
        )
        paid = (
            visit.known(ctx, ("paid", customer.id, ctx.today), lambda: _paid(ctx, customer.id))
            if visit.may(Permission.FIGURES_READ)
            else ()
        )
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(plain(customer.name), width="content")
    if customer.hold:
        head.badge(t("on hold"), color="red")
    if customer.parked:
        head.badge(t("parked"), color="orange")
    watch(visit, customer)
    with st.container(horizontal=True):
        action(visit, t("Edit"), "edit", WRITE, partial(edit, customer.id), primary=True)
    for one in paid:
        _behaviour(visit, one)
    left, right = st.columns([2, 3])
    with left:
        _profile(visit, customer)
        _notes(visit, customer)
        if visit.may(Permission.PREDICTIONS_READ, Permission.FIGURES_READ):
            risk_card(visit, customer)
    with right:
        if statement is not None:
            _account(visit, statement)
        if visit.may(Permission.COLLECTIONS_READ):
            said_card(visit, customer)


def _paid(ctx: ReadContext, customer_id: str) -> tuple[CustomerPerformance, ...]:
    told = business_insights(ctx, [Insight.CLIENTS]).insights.get(Insight.CLIENTS, {})
    return tuple(
        one
        for rows in told.values()
        for one in rows  # type: ignore[union-attr] # clients are rows
        if isinstance(one, CustomerPerformance) and one.customer_id == customer_id
    )


def _behaviour(visit: Visit, paid: CustomerPerformance) -> None:
    t = visit.t
    delay, late = paid.mean_delay.value, paid.late_share.value
    with st.grid(4, min_column_width=185):
        st.metric(t("Open"), visit.money(paid.open), border=True)
        st.metric(t("Overdue"), visit.money(paid.overdue), border=True)
        st.metric(
            t("Mean delay"),
            "–" if delay is None else t("{n} days", n=visit.number(delay, 1)),
            border=True,
            help=t("From due to settled, weighted by amount; open invoices count so far."),
        )
        st.metric(
            t("Paid late"), "–" if late is None else visit.percent(late), border=True,
            help=t("The share of the amount that fell due and was late."),
        )  # fmt: skip


def _profile(visit: Visit, customer: Customer) -> None:
    t, party = visit.t, customer.party
    terms = t("{n} days", n=customer.terms.days) if customer.terms else t("as usual")
    limit = visit.money(customer.credit_limit) if customer.credit_limit else t("none")
    city = " ".join(filter(None, (party.address.postcode, party.address.city)))
    where = (party.address.line1, city, party.address.country)
    rows = (
        (t("Mail address"), party.contact.email),
        (t("Phone"), party.contact.phone),
        (
            t("Address"),
            ", ".join(filter(None, where)),
        ),
        (t("VAT number"), party.vat_id),
        (t("Tax number"), party.tax_id),
        (t("Industry"), customer.industry),
        (t("Terms"), terms),
        (t("Credit limit"), limit),
        (t("Dunning policy"), customer.dunning or t("as usual")),
    )
    with st.container(border=True):
        st.markdown(f"**{t('Profile')}**")
        st.markdown(
            "  \n".join(
                t("{name}: {value}", name=name, value=plain(value)) for name, value in rows if value
            )
        )


def _notes(visit: Visit, customer: Customer) -> None:
    """Show the notes, and take new ones from who may change customers."""
    t = visit.t
    with st.container(border=True):
        head = st.container(horizontal=True, horizontal_alignment="distribute")
        head.markdown(f"**{t('Notes')}**")
        with head:
            action(visit, t("Write"), "edit_note", WRITE, partial(write_notes, customer.id))
        if customer.notes:
            st.text(customer.notes)
        else:
            st.caption(t("Whom to ask for, when they pay, what was agreed: write it here."))


def write_notes(customer_id: str) -> None:
    """Ask what is to be known of a customer."""
    visit = shell.here()
    t = visit.t
    with visit.look(WRITE) as ctx:
        customer = ctx.tx.load(Customer, customer_id).value
    notes = st.text_area(
        t("Notes"), value=customer.notes, max_chars=NOTES_MAX, height=240, key="notes_text"
    )
    if st.button(t("Save"), type="primary", key="notes_save"):
        changed = replace(customer, notes=notes)
        carry_out(visit, f"notes_{customer_id}", WRITE, lambda ctx: save_customer(ctx, changed),
           t("The notes are saved."), seen=customer,
           undo=partial(_back, changed, customer))  # fmt: skip


def _account(visit: Visit, statement: Statement) -> None:
    t = visit.t
    with st.container(border=True):
        head = st.container(horizontal=True, horizontal_alignment="distribute")
        head.markdown(f"**{t('Open invoices')}**")

        def written() -> bytes:
            with visit.look(READ) as ctx:
                return take_statement(ctx, statement, "pdf")

        head.download_button(
            t("Statement"),
            data=written,
            file_name="statement.pdf",
            mime="application/pdf",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="statement",
        )
        if not any(account.lines for account in statement.accounts):
            st.caption(t("Nothing is open."))
        for account in statement.accounts:
            st.caption(t("Balance {amount}", amount=plain(visit.money(account.balance))))
            table(
                visit,
                {
                    t("Number"): [line.number for line in account.lines],
                    t("Issued"): [line.issued for line in account.lines],
                    t("Due"): [line.due for line in account.lines],
                    t("Open"): [line.open for line in account.lines],
                },
                alt=t("Open invoices"),
            )
            for line in account.lines[:10]:
                link("invoice", line.number, asked={"number": line.number}, icon="description")


def edit(customer_id: str) -> None:
    """Ask what is different now."""
    visit = shell.here()
    t = visit.t
    with visit.look(WRITE) as ctx:
        customer, usual = ctx.tx.load(Customer, customer_id).value, ctx.company
    party = customer.party
    name = st.text_input(t("Name"), value=party.name, max_chars=200, key="edit_name")
    email = st.text_input(
        t("Mail address"), value=party.contact.email, type="email", key="edit_email"
    )
    phone = st.text_input(t("Phone"), value=party.contact.phone, max_chars=40, key="edit_phone")
    days = st.number_input(
        t("Due in days"),
        min_value=0,
        max_value=TERMS_MAX,
        value=(customer.terms or usual.terms).days,
        key="edit_days",
    )
    currency = customer.currency or usual.currency
    limit = st.text_input(
        t("Credit limit, {currency}", currency=currency),
        value=f"{customer.credit_limit.amount:f}" if customer.credit_limit else "",
        key="edit_limit",
    )
    hold = st.toggle(t("On hold: no new sales"), value=customer.hold, key="edit_hold")
    parked = st.toggle(t("Parked: no reminders"), value=customer.parked, key="edit_parked")
    notes = st.text_area(t("Notes"), value=customer.notes, max_chars=NOTES_MAX, key="edit_notes")
    if st.button(t("Save"), type="primary", key="edit_save"):
        with telling(t):
            amount = (
                Money.of(amount_of(t, limit, t("an amount"), currency), currency)
                if (limit or "").strip()
                else None
            )
            contact = replace(party.contact, email=email or "", phone=phone or "")
            terms = customer.terms
            if days != (terms or usual.terms).days:
                terms = PaymentTerms(days)
            changed = replace(
                customer,
                party=replace(party, name=(name or party.name).strip(), contact=contact),
                terms=terms,
                credit_limit=amount,
                hold=hold,
                parked=parked,
                notes=notes,
            )
            carry_out(visit, f"customer_{customer_id}", WRITE,
               lambda ctx: save_customer(ctx, changed), t("{name} is changed.", name=plain(name)),
               seen=customer, undo=partial(_back, changed, customer))  # fmt: skip


def _back(changed: Customer, before: Customer, ctx: Context) -> Customer:
    """Return the customer as it was before a change, unless somebody has gone on from there."""
    if ctx.tx.load(Customer, changed.id).value != changed:
        raise Conflict(
            f"{changed.name} was changed again meanwhile",
            hint="look at it as it is now",
            code="changed",
        )
    return save_customer(ctx, before)


PLACE = Place(
    title="Customer",
    icon="person",
    section=Section.HIDDEN,
    order=1,
    needs=(READ,),
    show=show,
)
