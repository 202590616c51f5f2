"""Keys: how programs come in; made here, shown once, revoked here."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.api_key import DAYS_MAX, NAME_CHARACTERS_MAX, ApiKey
from net30.domain.identity.roles import Permission
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.revoke_key import list_keys, revoke_key
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

KEYS = Permission.KEYS_WRITE
DAYS_USUAL = 365


def keys(visit: Visit) -> None:
    """Show the organisation's keys, make one, revoke one."""
    t = visit.t
    st.write(
        t(
            "A key opens the API for a program, with no more than you may yourself. Its secret is "
            "shown once, when it is made."
        )
    )
    secret = st.session_state.pop("keys_secret", "")
    if secret:
        st.success(t("Copy the key now; it is not shown again."), icon=":material/key:")
        st.code(secret, language=None)
    found = list_keys(visit.app.world.accounts, visit.principal)
    if found:
        _table(visit, found)
        _revoke(visit, found)
    else:
        st.caption(t("No program has a key yet."))
    _make(visit)


def _table(visit: Visit, found: tuple[ApiKey, ...]) -> None:
    t, now = visit.t, visit.app.clock()
    table(
        visit,
        {
            t("Name"): [key.name for key in found],
            t("Begins with"): [f"net30_{key.prefix}" for key in found],
            t("State"): [_state(visit, key) for key in found],
            t("What it may"): [", ".join(sorted(key.scopes)) for key in found],
            t("Made"): [key.made_at.date() for key in found],
            t("Ends"): [key.expires_at.date() if key.expires_at else None for key in found],
        },
        alt=t("Keys"),
    )
    if any(not key.is_valid(now) for key in found):
        st.caption(t("What is revoked or over opens nothing."))


def _state(visit: Visit, key: ApiKey) -> str:
    t = visit.t
    if key.revoked_at is not None:
        return t("revoked")
    return t("works") if key.is_valid(visit.app.clock()) else t("over")


def _revoke(visit: Visit, found: tuple[ApiKey, ...]) -> None:
    t = visit.t
    names = {key.prefix: f"{key.name} ({key.prefix})" for key in found if key.revoked_at is None}
    if not names:
        return
    row = st.container(horizontal=True, vertical_alignment="bottom")
    chosen = row.selectbox(
        t("Key"), list(names), index=None, format_func=lambda one: names[one], width=280,
        key="keys_chosen",
    )  # fmt: skip
    if row.button(t("Revoke"), icon=":material/block:", disabled=chosen is None, key="keys_revoke"):
        with telling(t):
            visit.principal.need(KEYS)
            world = visit.app.world
            revoke_key(world.accounts, str(chosen), visit.principal, visit.app.clock())
            keep_notice(t("The key opens nothing from now on."))
            st.rerun()


def _make(visit: Visit) -> None:
    t = visit.t
    own = sorted(visit.principal.permissions)
    with st.form("keys", border=True, clear_on_submit=True):
        st.markdown(f"**{t('A new key')}**")
        left, right = st.columns([3, 1])
        name = left.text_input(t("What it is for"), max_chars=NAME_CHARACTERS_MAX, key="keys_name")
        days = right.number_input(
            t("Days it lives"), min_value=1, max_value=DAYS_MAX, value=DAYS_USUAL, key="keys_days"
        )
        scopes = st.multiselect(
            t("What it may"), own, placeholder=t("all that you may"), key="keys_scopes",
            format_func=str,
        )  # fmt: skip
        if st.form_submit_button(t("Make the key"), type="primary"):
            with telling(t):
                new = NewKey(name=name or "", scopes=frozenset(scopes), days=int(days))
                made = make_key(visit.app.world.accounts, new, visit.principal, visit.app.clock())
                st.session_state.keys_secret = made.secret
                st.rerun()
