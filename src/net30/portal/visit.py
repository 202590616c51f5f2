"""Visit: one request to the portal: who, from where, in which language, with which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from net30.app import App
from net30.domain.identity.principal import Principal
from net30.domain.identity.secret import fingerprint
from net30.kernel.errors import Forbidden, Net30Error
from net30.portal.faults import status_of, told
from net30.portal.rendering import template
from net30.portal.words import Words
from net30.services.identity.log_in import SignIn

TOKEN = "form_token"  # noqa: S105 - the name of a form's field
SEE_OTHER = 303
START = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that may be made; `app` is at work for the visitor's organisation."""

    request: Request
    app: App
    words: Words
    secret: str = field(default="", repr=False)
    who: Principal | None = None
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def principal(self) -> Principal:
        """Return who is signed in; only for pages that strangers do not see."""
        assert self.who is not None
        return self.who

    @property
    def source(self) -> str:
        """Return the network address that the request comes from."""
        return self.request.client.host if self.request.client else ""

    @property
    def session_id(self) -> str:
        """Return the id of the visitor's session."""
        return fingerprint(self.secret)

    @property
    def token(self) -> str:
        """Return what this visitor's forms hold, and nobody else can know."""
        return form_token(self.secret) if self.who else ""

    def said(self, name: str) -> str:
        """Return a field of the form; empty for none."""
        return self.form.get(name, "")

    def asked(self, name: str) -> str:
        """Return a parameter of the address; empty for none."""
        return self.request.query_params.get(name, "")

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def attempt(self, *, email: str = "", password: str = "", code: str = "") -> SignIn:
        """Return an attempt to come in, from this visitor's address and program."""
        return SignIn(
            email=email,
            password=password,
            code=code,
            source=self.source,
            agent=self.request.headers.get("user-agent", ""),
        )

    def show(
        self,
        name: str,
        /,
        *,
        status: int = 200,
        error: Net30Error | None = None,
        task: BackgroundTask | None = None,
        **values: object,
    ) -> Response:
        """Answer with a page; an error is shown above its form, and decides the status."""
        text = template(name).render(
            say=self.words,
            lang=self.words.language,
            path=self.request.url.path if self.request.method == "GET" else "",
            who=self.who,
            token=self.token,
            error=told(error, self.words) if error else None,
            **values,
        )
        code = status_of(error) if error else status
        answer = HTMLResponse(text, code, background=task)
        if error and "seconds" in error.values:
            answer.headers["Retry-After"] = str(error.values["seconds"])
        return answer

    def go(self, address: str) -> Response:
        """Send the browser on to another page of ours."""
        return RedirectResponse(address, SEE_OTHER)

    def check_token(self) -> None:
        """Raise Forbidden (code form) unless the form is one that we gave this visitor."""
        if not compare_digest(self.said(TOKEN).encode(), self.token.encode()):
            raise Forbidden(
                "this form is not one of this session",
                hint="open the page again and repeat it",
                code="form",
            )


def form_token(secret: str) -> str:
    """Return what the forms of a session hold: it follows from the secret, not the other way."""
    return sha256(f"form of {secret}".encode()).hexdigest()


def local_path(text: str) -> str:
    """Return an address to go to after signing in: a path of ours, else the start.

    >>> local_path("/invoices?page=2"), local_path("//evil.example"), local_path("https://e.vil")
    ('/invoices?page=2', '/', '/')
    """
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else START
