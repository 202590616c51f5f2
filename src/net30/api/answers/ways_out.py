"""Ways out: what a client of the API can do about an error whose hint is for a terminal.

What the books refuse is told first to who types commands; whoever comes over HTTP is told the
route that does the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType

from net30.api.answers.faulty import Faulty
from net30.kernel.errors import Net30Error
from net30.language.error_words import ErrorWords, finding_in, words_of

COMMAND = re.compile(r"\bnet30 [a-z]|(?<![\w-])--?[a-z]")
"""How a command of the terminal, or one of its options, begins in a hint."""

WAYS_OUT: Mapping[str, str] = MappingProxyType(
    {
        "alert": "GET /api/v1/alerts lists them",
        "backup_running": "wait until it has ended: GET /api/v1/jobs lists it",
        "books_access": "ask again to be let in: POST /api/v1/books/NAME/connect",
        "books_companies": "say which: POST /api/v1/books/NAME/company",
        "books_connection": "GET /api/v1/books lists them",
        "customer_not_found": "GET /api/v1/customers lists them; POST /api/v1/customers adds one",
        "daily_bound": "the rest goes tomorrow, or by its own route; "
        "or raise the bound: PUT /api/v1/settings",
        "delivery": "GET /api/v1/webhooks/ID/deliveries lists them",
        "draft": "issue it first: POST /api/v1/invoices/ID/issue",
        "dunning_policy": "GET /api/v1/dunning-policies lists them, /api/docs has an example; "
        "POST /api/v1/customers/ID/dunning-policy gives a customer another",
        "invoice_not_found": "GET /api/v1/invoices lists them; a draft must be issued first",
        "job": "GET /api/v1/jobs lists them",
        "key": "GET /api/v1/keys lists them",
        "member": "GET /api/v1/members lists them",
        "no_address": "give one in `to`, or add it to the customer",
        "no_history": "send a file with one invoice a row, or name its columns in `layout`",
        "no_model": "train one: POST /api/v1/models/train",
        "no_version": "GET /api/v1/models lists the versions",
        "not_found": "check the id; lists such as GET /api/v1/conversations have it",
        "nothing_open": "GET /api/v1/risk shows who owes something",
        "open_claims": "settle, credit or write it off, pay back unapplied cash; "
        'or erase the contact only: {"contact_only": true}',
        "payment_not_found": "GET /api/v1/payments lists them; "
        "what another system recorded cannot change here",
        "person_bytes": "take the documents one by one: GET /api/v1/invoices/NUMBER/documents/pdf",
        "product_not_found": "GET /api/v1/products lists them",
        "sso": "GET /api/v1/sign-on-servers lists them",
        "test": "send a new one: POST /api/v1/webhooks/ID/test",
        "user_not_active": "they open the link of the invitation first: POST /api/v1/links/accept",
        "webhook": "GET /api/v1/webhooks lists them",
    }
)
"""The way out by the error's code, where the books' own names a command."""


def told_over_http(error: Net30Error, status: HTTPStatus, language: str) -> ErrorWords:
    """Return an error in words, with a way out that the API offers; a lone finding says more."""
    words = words_of(error, int(status), status.phrase, language)
    if isinstance(error, Faulty) and len(error.findings) == 1:
        words = replace(words, detail=finding_in(error.findings[0], language).message)
    if error.code in WAYS_OUT and COMMAND.search(words.hint):
        return replace(words, hint=WAYS_OUT[error.code])
    return words
