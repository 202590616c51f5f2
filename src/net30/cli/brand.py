"""net30 brand: how documents look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from net30.cli.files import read_file
from net30.cli.output import print_json, say
from net30.cli.session import Json, changing
from net30.services.brand_documents import brand_documents


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("brand")(brand)


def brand(
    *,
    template: Annotated[str, typer.Option(help="clean, classic, compact or your own.")] = "",
    templates: Annotated[Path | None, typer.Option(help="A folder of your own templates.")] = None,
    logo: Annotated[Path | None, typer.Option(help="A PNG, JPEG or SVG file.")] = None,
    colour: Annotated[str, typer.Option(help="As #1f4e79.")] = "",
    paper: Annotated[str, typer.Option(help="a4 or us-letter.")] = "",
    payment_link: Annotated[
        str, typer.Option(help="A URL with {number}, {amount} and {currency}, printed as QR.")
    ] = "",
    json: Json = False,
) -> None:
    """Say how documents look; what is left out stays as it is."""
    with changing() as net30, net30.change() as ctx:
        look = ctx.company.appearance
        look = replace(
            look,
            template=template or look.template,
            templates=str(templates.resolve()) if templates else look.templates,
            colour=colour or look.colour,
            paper=paper or look.paper,
            payment_link=payment_link or look.payment_link,
        )
        company = brand_documents(ctx, look, read_file(logo) if logo else None)
    if json:
        print_json(company.appearance)
        return
    say(f"Documents of {company.party.name} now use the template {company.appearance.template}.")
