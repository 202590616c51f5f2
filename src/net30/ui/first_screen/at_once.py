"""At once: the name and the figures of the first screen, in the page itself.

Streamlit's program is megabytes, which a browser reads for seconds before it draws a word. Until it
stands these are what one sees: the same figures, of the same source, for whoever may see them;
installed/app.js takes them away in the moment when the same are drawn below them.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from net30.domain.identity.principal import Principal
from net30.services.workplace.saved_views import workplace_of
from net30.ui.application import theme
from net30.ui.first_screen.board import read_board
from net30.ui.first_screen.board_line import board_line
from net30.ui.first_screen.board_tiles import tiles_of
from net30.ui.first_screen.tile_row import colour, tiles_as_html
from net30.ui.first_screen.tour import steps_of, taken_of
from net30.ui.office import Office
from net30.ui.place import HOME, seen_by
from net30.ui.visit import Visit
from net30.ui.words import Words

SCHEMES = {"auto": "light dark", "light": "light", "dark": "dark"}
COLOURS = {
    "edge": "borderColor",
    "faint": "grayTextColor",
    "page": "backgroundColor",
    "side": "sidebar.backgroundColor",
    "text": "textColor",
}


def at_once(office: Office, principal: Principal, language: str) -> Iterator[str]:
    """Yield HTML: the look and the heading, then the figures; nothing for who may not see them."""
    app = office.app.on_behalf_of(principal)
    visit = Visit(office=office, app=app, principal=principal, t=Words(language))
    place = seen_by(visit).get(HOME)
    if place is None:
        return
    yield f"{_look(app.settings.theme)}<h1>{escape(visit.t(place.title))}</h1>"
    yield _figures(visit)


def _look(kind: str) -> str:
    """Return the theme's font, sizes and colours, which Streamlit's program sets later."""
    found = theme()
    colours = ";".join(f"--{name}:{colour(of, '')}" for name, of in COLOURS.items())
    heading = f"{found['theme.headingFontWeights'][0]} {found['theme.headingFontSizes'][0]}"
    faces = "".join(
        f"@font-face{{font-family:{face['family']};src:url(/{face['url']});"
        f"font-weight:{face['weight']};unicode-range:{face['unicodeRange']}}}"
        for face in found["theme.fontFaces"]
    )
    return (
        f"<style>{faces}:root{{font-size:{found['theme.baseFontSize']}px}}"
        f"#at-once{{color-scheme:{SCHEMES[kind]};{colours};font-family:{found['theme.font']}}}"
        f"#at-once h1{{font:{heading}/1.2 {found['theme.font']}}}</style>"
    )


def _figures(visit: Visit) -> str:
    board = read_board(visit)
    if not board.standings:
        return ""
    standing = board.standings[0]  # as the page begins: in the company's own currency
    choice = '<div class="at-once-choice"></div>' if len(board.standings) > 1 else ""
    line = escape(board_line(visit, board, standing, str))
    return f"{_tour(visit)}{choice}<p>{line}</p>{tiles_as_html(tiles_of(visit, standing), '')}"


def _tour(visit: Visit) -> str:
    with visit.look() as ctx:
        steps = steps_of(visit, workplace_of(ctx))
    if not steps:
        return ""
    links = "".join(f'<a href="/{one.page}">{escape(one.label)}</a>' for one in steps)
    name = escape(visit.t("Your first five minutes"))
    done = escape(taken_of(visit, steps))
    return f"<section><div><b>{name}</b> · {done}</div><nav>{links}</nav></section>"
