"""Commands: everything `net30` understands, and how its errors end."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated

import typer
from typer.exceptions import Abort, Exit, TyperException

from net30 import __version__
from net30.cli import exits
from net30.cli.output import complain, say
from net30.kernel.errors import InputError, Net30Error, Unavailable

FILES = {
    "init": "company",
    "demo": "company",
    "demo-data": "demo_ledger",
    "migrate": "company",
    "copy": "copy",
    "copy-files": "copy_files",
    "backup": "backup",
    "restore": "restore",
    "brand": "brand",
    "bounds": "bounds",
    "ask": "talk",
    "chat": "chat",
    "chats": "chat",
    "customer": "customer",
    "product": "product",
    "invoice": "invoice",
    "pay": "payments",
    "payment": "payment",
    "credit": "payments",
    "void": "payments",
    "write-off": "payments",
    "collect": "collect",
    "recurring": "recurring",
    "cash": "cash",
    "statement": "statement",
    "import": "imports",
    "convert": "convert",
    "search": "books",
    "reindex": "reindex",
    "stats": "books",
    "figures": "figures",
    "insights": "insights",
    "alerts": "alerts",
    "jobs": "jobs",
    "risk": "risk",
    "check": "books",
    "status": "status",
    "export": "export",
    "user": "users",
    "org": "users",
    "key": "keys",
    "sso": "sso",
    "audit": "audit",
    "webhook": "webhook",
    "books": "accounting",
    "plugins": "plugins",
    "stream": "stream",
    "gdpr": "gdpr",
    "eval": "eval",
    "mcp": "mcp",
    "serve": "serve",
    "work": "work",
    "train": "train",
    "predict": "predict",
    "models": "models",
    "forecast": "forecast",
    "report": "report",
}
"""Command -> the file it is in; one command imports its own file only, so it starts fast."""


def _program(words: list[str]) -> typer.Typer:
    """Return the program: the typed command's file, or all of them for help and completion."""
    program = typer.Typer(
        name="net30",
        help="net30 writes invoices and knows when they will be paid.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    program.callback(invoke_without_command=True)(_no_command)
    first = words[0] if words else ""
    wanted = [FILES[first]] if first in FILES else dict.fromkeys(FILES.values())
    for name in wanted if first != "--version" else ():
        import_module(f"net30.cli.{name}").register(program)
    return program


def _no_command(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """net30 writes invoices and knows when they will be paid."""
    if version:
        say(f"net30 {__version__}")
        raise typer.Exit


def run(words: list[str]) -> int:
    """Run one command line and return its exit code (docs/cli.md)."""
    as_json = "--json" in words
    try:
        code = _program(words)(args=words, prog_name="net30", standalone_mode=False)
    except Exit as ended:
        return ended.exit_code
    except TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # a group without a command: its help is the answer
            sys.stderr.write(message + "\n")
        else:
            misread = InputError(message, hint=f"see {_misread(error)} --help", code="usage")
            complain(misread, as_json=as_json)
        return exits.USAGE
    except (Abort, KeyboardInterrupt):
        sys.stderr.write("net30: stopped\n")
        return exits.INTERRUPTED
    except Net30Error as error:
        complain(error, as_json=as_json)
        return exits.exit_code_of(error)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        sys.stderr.close()
        return exits.DONE
    except IsADirectoryError as error:
        folder = InputError(
            f"{str(error.filename)!r} is a folder, where a file is needed",
            hint="name a file",
            code="file",
        )
        complain(folder, as_json=as_json)
        return exits.INPUT
    except OSError as error:
        told = Unavailable(
            f"{error.strerror or error}: {error.filename or ''}".rstrip(": "),
            hint=(
                "make the folder first, or name another"
                if isinstance(error, FileNotFoundError)
                else "check the disk: space and permissions"
            ),
            code="disk",
        )
        complain(told, as_json=as_json)
        return exits.UNAVAILABLE
    return int(code or exits.DONE)


def _misread(error: TyperException) -> str:
    """Return the command that was misread, so that its own help can be named."""
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "net30"
