"""Health: what each part of this net30 is, and whether it answers, asked again every minute."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.services.check_parts import PartState, check_parts
from net30.ui import shell
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words
from net30.wiring.kinds import MEMORY, NAMES, kinds_of

READ = Permission.SETTINGS_READ
EVERY_SECONDS = 60


@st.fragment(run_every=EVERY_SECONDS)
def health() -> None:
    """Show each part that can be asked: what it is, whether it answers, how soon."""
    visit = shell.here()
    t = visit.t
    with visit.look(READ) as ctx:
        states = list(check_parts(ctx))
    kinds, parts = kinds_of(visit.app.settings), _parts(t)
    faults = [one for one in states if not one.answers]
    st.markdown(f"**{t('What net30 works with')}**")
    table(
        visit,
        {
            t("Part"): [parts[one.part] for one in states],
            t("What it is"): [_kind(t, kinds[one.part]) for one in states],
            t("Answers"): [one.answers for one in states],
            t("After, ms"): [round(one.seconds * 1000) for one in states],
        },
        alt=t("What net30 works with"),
    )
    for one in faults:
        st.error(_fault(visit, parts[one.part], one), icon=":material/error:")


def _parts(t: Words) -> dict[str, str]:
    return {
        "store": t("Books"),
        "search": t("Search and lists"),
        "blobs": t("Documents"),
        "cache": t("Caches"),
    }


def _kind(t: Words, kind: str) -> str:
    """Return what a part is; products keep their names."""
    words = {NAMES["folder"]: t("A folder"), MEMORY: t("Memory")}
    return words.get(kind, kind)


def _fault(visit: Visit, part: str, state: PartState) -> str:
    told = "; ".join(filter(None, (state.error, state.hint)))
    return visit.t("{part}: no answer. {why}", part=part, why=told)
