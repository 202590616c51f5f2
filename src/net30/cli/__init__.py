"""The command line: `net30 COMMAND`, each with --help and --json."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed; exit codes are documented in docs/cli.md."""
    from net30.cli.commands import run

    sys.exit(run(sys.argv[1:]))
