"""People: who may come in, as what, and how well their sign-in is kept."""

from __future__ import annotations

from html import escape

import streamlit as st

from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import UserStatus
from net30.services.identity.list_members import list_members
from net30.services.identity.ways_in import ways_in
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words


def people(visit: Visit) -> None:
    """Show the members; what changes them is asked for on the sign-in pages."""
    t = visit.t
    if not visit.may(Permission.MEMBERS_READ):
        st.caption(t("Your role does not show who else may come in."))
        return
    accounts = visit.app.world.accounts
    members = list_members(accounts, visit.principal)
    ways = ways_in(accounts, visit.principal, visit.app.clock())
    names, states = role_names(t), _states(t)
    of = [ways[one.user.id] for one in members]
    table(
        visit,
        {
            t("Mail address"): [one.user.email for one in members],
            t("Name"): [one.user.name for one in members],
            t("Role"): [names[one.membership.role] for one in members],
            t("State"): [states[one.user.status] for one in members],
            t("Second factor"): [one.second_factor for one in of],
            t("Passkeys"): [one.passkeys for one in of],
            t("Single sign-on"): [one.sign_on for one in of],
            t("Open sessions"): [one.sessions for one in of],
        },
        alt=t("People"),
    )
    open_to_guessing = [
        one.user.email
        for one, way in zip(members, of, strict=True)
        if one.user.is_active and not (way.second_factor or way.passkeys or way.sign_on)
    ]
    if open_to_guessing:
        st.caption(
            t.count(
                len(open_to_guessing),
                "{n} member signs in with a password alone.",
                "{n} members sign in with a password alone.",
            )
        )
    label = escape(t("Invite people, change roles, end sessions, set up a second factor"))
    st.html(f'<a href="/members" target="_self">{label}</a>')


def role_names(t: Words) -> dict[Role, str]:
    """Return what a member can be, as people call it."""
    return {
        Role.OWNER: t("Owner"),
        Role.ADMIN: t("Administrator"),
        Role.ACCOUNTANT: t("Accountant"),
        Role.COLLECTOR: t("Collector"),
        Role.VIEWER: t("Viewer"),
        Role.AUDITOR: t("Auditor"),
        Role.API: t("Program"),
    }


def _states(t: Words) -> dict[UserStatus, str]:
    return {
        UserStatus.INVITED: t("invited"),
        UserStatus.ACTIVE: t("active"),
        UserStatus.REMOVED: t("removed"),
    }
