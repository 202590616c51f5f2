"""Shell: what stands around every page: navigation, whose books these are, the way out."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st
from streamlit import Page as StreamlitPage

from net30.domain.identity.principal import Principal
from net30.kernel.errors import Forbidden, Net30Error
from net30.language.locales import OWN_NAMES
from net30.services.identity.choose_organisation import organisations_of
from net30.ui.application import FOLDER, theme
from net30.ui.first_screen import tour
from net30.ui.invoicing import quick_invoice
from net30.ui.office import Office, the_office
from net30.ui.pieces import bell, watching
from net30.ui.pieces.notices import keep_notice, problem, tell_kept_notices
from net30.ui.pieces.shown import plain
from net30.ui.pieces.undoing import show_offer
from net30.ui.place import HOME, Place, Section, seen_by
from net30.ui.signed_out import signed_out
from net30.ui.visit import Visit
from net30.ui.words import LANGUAGE_COOKIE, Words, language_of


def run() -> None:
    """Show the page that the browser asks for, to whoever may see it."""
    visit = arrive()
    if visit is not None:
        frame(visit).run()


def arrive() -> Visit | None:
    """Return who looks at the screens; tell who is not signed in, or no more, and return None."""
    st.set_page_config(
        page_title="net30",
        page_icon=str(FOLDER / "static" / "icon-64.png"),
        layout="wide",
    )
    office = the_office()
    words = Words(_language())
    principal = _visitor(office)
    if principal is None:
        signed_out(words)
        return None
    before: Visit | None = st.session_state.get("visit")
    app = office.app.on_behalf_of(principal)
    visit = Visit(office=office, app=app, principal=principal, t=words)
    if before is not None and _is_elsewhere(before.principal, principal):
        _begin_anew(visit)
    st.session_state.visit = visit
    return visit


def _is_elsewhere(before: Principal, now: Principal) -> bool:
    return (before.user, before.organisation) != (now.user, now.organisation)


def _begin_anew(visit: Visit) -> None:
    """Forget what this window was about: nothing asked in one's books is done in another's."""
    language = st.session_state.get("language")
    st.session_state.clear()
    if language:
        st.session_state.language = language
    with visit.look() as ctx:
        company = plain(ctx.company.party.name)
    keep_notice(visit.t("These are the books of {company} now.", company=company), "sync")
    st.rerun()


def frame(visit: Visit) -> StreamlitPage:
    """Show what stands around every page, and return the page that is asked for."""
    seen = seen_by(visit)
    pages = {name: _page(visit, name, place) for name, place in seen.items()}
    st.session_state.pages = pages
    _logo()
    chosen = st.navigation(_sections(visit.t, seen, pages), expanded=True)
    with st.sidebar:
        quick_invoice.show(visit)
        _who(visit)
        if "language" in st.session_state:
            _tell_browser(visit.t)
    bell.show(visit)
    watching.begin_drawing()
    tell_kept_notices()
    show_offer(visit)
    return chosen


def here() -> Visit:
    """Return the visit of this run; fragments ask here, since they outlive the run that made them.

    Raises Forbidden once the session has ended; all is drawn anew where it works for another
    organisation now.
    """
    visit: Visit = st.session_state.visit
    principal = _visitor(visit.office)
    if principal is not None and _is_elsewhere(visit.principal, principal):
        st.rerun()
    if principal is None or principal != visit.principal:
        raise Forbidden(
            visit.t("Your session has ended."),
            hint=visit.t("Load the page again and sign in."),
            code="unauthenticated",
        )
    return visit


def _visitor(office: Office) -> Principal | None:
    return office.visitor(st.context.headers.get("cookie", "") or "", "")


def _language() -> str:
    """Return the language chosen here, else the one chosen when signing in, else the browser's."""
    chosen = st.session_state.get("language") or st.context.cookies.get(LANGUAGE_COOKIE, "")
    return language_of(str(chosen or st.context.locale or ""))


def _page(visit: Visit, name: str, place: Place) -> st.Page:
    hidden = place.section is Section.HIDDEN
    return st.Page(
        partial(shown, visit, name, place),
        title=visit.t(place.title),
        icon=f":material/{place.icon}:",
        url_path="" if name == HOME else name,
        default=name == HOME,
        visibility="hidden" if hidden else "visible",
    )


def shown(visit: Visit, name: str, place: Place) -> None:
    """Show a page; what the books do not allow is told, with what to do about it."""
    try:
        tour.visited(visit, name)
        place.show(visit)
    except Net30Error as error:
        problem(visit.t, error)


def _sections(
    t: Words, seen: dict[str, Place], pages: dict[str, st.Page]
) -> dict[str, list[st.Page]]:
    names = {
        Section.TODAY: "",
        Section.RECEIVABLES: t("Receivables"),
        Section.INSIGHT: t("Insight"),
        Section.HOUSE: t("Administration"),
        Section.HIDDEN: "",
    }
    found: dict[str, list[st.Page]] = {}
    for name, place in seen.items():
        found.setdefault(names[place.section], []).append(pages[name])
    return found


_CHOSEN = ", ".join(
    f"{one}, {one} *"
    for one in (
        '[data-testid="stButtonGroup"] [aria-checked="true"]',
        '[data-testid="stButtonGroup"] [aria-pressed="true"]',
        '[data-testid="stButtonGroup"] [data-selected]',
        '[role="tab"][aria-selected="true"]',
    )
)
"""Chosen segments, pills and tabs, as Streamlit marks them for readers of the screen."""


def _logo() -> None:
    dark = st.context.theme.type == "dark"
    if dark:  # the accent is too dark for words there: 3.6 : 1 where 4.5 : 1 is asked for
        st.html(
            f"<style>{_CHOSEN} {{ color: {theme()['theme.dark.linkColor']} !important }}</style>"
        )
    static = FOLDER / "static"
    st.logo(
        str(static / f"logo-{'dark' if dark else 'light'}.svg"),
        icon_image=str(static / "mark.svg"),
        size="large",
    )


def _who(visit: Visit) -> None:
    """Show whose books these are and who looks at them, with the language and the way out."""
    t = visit.t
    with visit.look() as ctx:
        company = ctx.company.party.name
    with st.popover(plain(company), icon=":material/account_circle:", width="stretch", key="who"):
        st.caption(plain(visit.principal.name or visit.principal.user))
        st.segmented_control(
            t("Language"),
            list(OWN_NAMES),
            default=t.language,
            required=True,
            format_func=lambda code: OWN_NAMES[code],
            key="language_wanted",
            on_change=_speak,
        )
        if HOME in st.session_state.pages:
            tour.offer(visit)
        if _has_other_books(visit):
            _to_account(t("Work for another organisation"))
        _to_account(t("Account, sessions, sign out"))


def _to_account(label: str) -> None:
    st.html(f'<a href="/account" target="_self">{escape(label)}</a>')


def _has_other_books(visit: Visit) -> bool:
    """Tell whether there is another organisation to work for; asked once a window."""
    if "has_other_books" not in st.session_state:
        mine = organisations_of(visit.app.world.accounts, visit.principal.user)
        st.session_state.has_other_books = len(mine) > 1
    return bool(st.session_state.has_other_books)


def _speak() -> None:
    st.session_state.language = st.session_state.language_wanted


def _tell_browser(t: Words) -> None:
    """Have the browser read the page in the language just chosen, and keep it for the next time.

    The page came with the language that was kept before; the portal keeps the new one.
    """
    st.html(
        "<script>"
        f"document.documentElement.lang='{t.language}';"
        f"document.documentElement.dir='{t.direction}';"
        f"fetch('/account?lang={t.language}').catch(() => undefined)"
        "</script>",
        unsafe_allow_javascript=True,  # it holds a code of OWN_NAMES and nothing that was typed
    )
