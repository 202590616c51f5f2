"""Assistant: say it in a sentence; what moves money waits for a yes."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from net30.assistant.answer import Answer, Outcome
from net30.assistant.dialogue import Dialogue
from net30.domain.conversation import Conversation, Said, Speaker
from net30.domain.identity.roles import Permission
from net30.kernel.errors import Net30Error, NotFound
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.export_conversation import Written, take_conversation
from net30.services.conversations.list_conversations import list_conversations
from net30.services.conversations.open_conversation import open_conversation
from net30.ui.invoicing.draft_card import document_card
from net30.ui.invoicing.dropped_file import read_dropped
from net30.ui.pieces.notices import problem, telling
from net30.ui.pieces.shown import modest, plain
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words

NEEDS = (Permission.CHAT_USE, Permission.CUSTOMERS_READ, Permission.INVOICES_READ)
CHARACTERS_MAX = 10_000
LISTED, CARDS_SHOWN = 15, 3
FILES = ("pdf", "xml", "json", "csv", "xlsx")
OFFLINE = "offline"
YES = {"en": "yes", "fr": "oui"}
NO = {"en": "no", "fr": "non"}
ADDRESS = "talk"
"""The mark in the address that says which conversation is shown, for whoever loads it again."""
AVATARS = {Speaker.USER: ":material/person:", Speaker.ASSISTANT: ":material/receipt_long:"}


def show(visit: Visit) -> None:
    """Show the conversation and take the next message."""
    t = visit.t
    head = st.container(horizontal=True, horizontal_alignment="distribute")
    head.title(t("Assistant"))
    with head.popover(t("Conversations"), icon=":material/history:", key="chats"):
        _conversations(visit)
    kept = _current(visit)
    for said in kept.turns if kept else ():
        _turn(visit, said)
    answer: Answer | None = st.session_state.get("answer")
    slot = st.container()
    if answer is not None:
        with slot:
            _after(visit, answer)
    elif kept is None:
        _suggestions(visit)
    else:
        with slot:
            _cards(visit, kept.turns[-1] if kept.turns else None)
    asked = st.chat_input(
        t("Write to the assistant, or drop somebody's invoice"),
        max_chars=CHARACTERS_MAX,
        accept_file=True,
        file_type=list(FILES),
        key="message",
    )
    queued = st.session_state.pop("say", "")
    if asked is not None and asked.files:
        with telling(t):
            read_dropped(visit, asked.files[0])
    text = asked.text.strip() if asked is not None else queued
    if text:
        _say(visit, text)


def _current(visit: Visit) -> Conversation | None:
    conversation = st.session_state.setdefault("conversation", st.query_params.get(ADDRESS, ""))
    if not conversation:
        st.query_params.pop(ADDRESS, None)
        return None
    if st.query_params.get(ADDRESS) != conversation:
        st.query_params[ADDRESS] = conversation
    with visit.look(*NEEDS) as ctx:
        try:
            return open_conversation(ctx, conversation)
        except NotFound:  # deleted in another window
            st.session_state.conversation = ""
            return None


def _turn(visit: Visit, said: Said) -> None:
    with st.chat_message(said.speaker.value, avatar=AVATARS[said.speaker]):
        if said.speaker is Speaker.USER:
            st.text(said.text)
        else:
            st.markdown(modest(said.text))
            st.caption(_answered_by(visit.t, said.answered_by))


def _answered_by(t: Words, name: str) -> str:
    if name == OFFLINE:
        return t("answered by net30 itself")
    return t("answered by {name}", name=plain(name))


def _say(visit: Visit, text: str) -> None:
    """Answer a message: the words come as they are found."""
    with st.chat_message("user", avatar=AVATARS[Speaker.USER]):
        st.text(text)
    dialogue = Dialogue(
        house=visit.app,
        user=visit.principal.user,
        model=visit.app.chat,
        conversation_id=st.session_state.get("conversation", ""),
    )
    found: list[Answer] = []
    with st.chat_message("assistant", avatar=AVATARS[Speaker.ASSISTANT]):
        try:
            visit.principal.need_all(NEEDS)
            st.write_stream(_words(dialogue, text, found))
        except Net30Error as error:
            problem(visit.t, error)
            return
    st.session_state.conversation = dialogue.conversation_id
    st.session_state.answer = found[0] if found else None
    visit.followed()
    st.rerun()


def _words(dialogue: Dialogue, text: str, found: list[Answer]) -> Iterator[str]:
    for piece in dialogue.in_pieces(text):
        if isinstance(piece, Answer):
            found.append(piece)
        else:
            yield modest(piece)


def _after(visit: Visit, answer: Answer) -> None:
    """Show what follows from the last answer: a yes or a no, the drafts it made."""
    t = visit.t
    if answer.outcome is Outcome.CONFIRM:
        row = st.container(horizontal=True)
        language = answer.language
        if row.button(t("Yes, do it"), type="primary", icon=":material/check:", key="yes"):
            _queue(YES.get(language, "yes"))
        if row.button(t("No"), icon=":material/close:", key="no"):
            _queue(NO.get(language, "no"))
        return
    for reference in dict.fromkeys(answer.references[:CARDS_SHOWN]):
        document_card(visit, reference)


def _cards(visit: Visit, said: Said | None) -> None:
    """Show the documents that a conversation spoke of last, as when it was left."""
    found = (*said.drafts, said.reference) if said else ()
    for reference in list(dict.fromkeys(filter(None, found)))[:CARDS_SHOWN]:
        document_card(visit, reference)


def _queue(text: str) -> None:
    st.session_state.say = text
    st.session_state.answer = None
    st.rerun()


def _suggestions(visit: Visit) -> None:
    t = visit.t
    st.write(
        t(
            "Ask in your own words. Drafts are made at once; what issues, sends or moves money "
            "waits for your yes."
        )
    )
    offered = (
        t("Show me overdue invoices"),
        t("Show me business statistics"),
        t("Whom should I call today?"),
        t("When will I be paid?"),
        t("Create an invoice for Acme Corp for 10 hours of consulting at 90000 FCFA"),
    )
    chosen = st.pills(t("For example"), offered, label_visibility="collapsed", key="suggested")
    if chosen:
        del st.session_state.suggested
        _queue(chosen)


def _conversations(visit: Visit) -> None:
    t = visit.t
    if st.button(t("New conversation"), icon=":material/add:", width="stretch", key="chat_new"):
        st.session_state.conversation, st.session_state.answer = "", None
        st.rerun()
    with visit.look(*NEEDS) as ctx:
        kept = list_conversations(ctx, LISTED)
    for one in kept:
        if st.button(plain(one.title), type="tertiary", width="stretch", key=f"chat_{one.id}"):
            st.session_state.conversation, st.session_state.answer = one.id, None
            st.rerun()
    current = st.session_state.get("conversation", "")
    found = next((one for one in kept if one.id == current), None)
    if found is None:
        return

    def written() -> str:
        with visit.look(*NEEDS) as ctx:
            return take_conversation(ctx, found, Written.MARKDOWN)

    st.download_button(
        t("Download this one"),
        data=written,
        file_name="conversation.md",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key="chat_download",
    )
    if st.button(t("Delete this one"), icon=":material/delete:", width="stretch", key="chat_del"):
        with telling(t), visit.change(*NEEDS) as ctx:
            delete_conversation(ctx, current)
        st.session_state.conversation, st.session_state.answer = "", None
        st.rerun()


PLACE = Place(
    title="Assistant",
    icon="forum",
    section=Section.TODAY,
    order=1,
    needs=NEEDS,
    show=show,
)
