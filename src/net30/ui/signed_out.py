"""Signed out: what is told when a session has ended, with the way in that leads back here."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from net30.ui.words import Words


def signed_out(t: Words) -> None:
    """Tell that the session has ended; signing in leads back to this very page."""
    st.title(t("Your session has ended."))
    st.write(t("What you had saved is safe. Sign in to go on."))
    st.html(f'<a href="{escape(way_in())}" target="_self">{escape(t("Sign in"))}</a>')


def way_in() -> str:
    """Return the address of the sign-in page that leads back to the page that is shown."""
    path = urlsplit(st.context.url or "").path or "/"
    query = urlencode(st.query_params.to_dict())
    return f"/login?after={quote(path + (f'?{query}' if query else ''))}"
