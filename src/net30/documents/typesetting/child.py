"""Child: compiles one own template in a process of its own, then ends.

Reads its order as JSON on standard input, writes the PDF to standard output, and what is wrong
with the template to standard error with exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import typst

from net30.documents.typesetting.compiler import compile_pdf

CPU_SECONDS_MAX = 6
MEMORY_BYTES_MAX = 2_000_000_000
_NOWHERE = "http://127.0.0.1:9"


def main() -> int:
    """Compile what standard input orders."""
    order = json.load(sys.stdin)
    confine()
    try:
        pdf = compile_pdf(
            Path(order["root"]),
            order["template"],
            order["inputs"],
            date.fromisoformat(order["day"]),
        )
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return 2
    sys.stdout.buffer.write(pdf)
    return 0


def confine() -> None:
    """Take away time, memory and network, as far as the system lets a process do so."""
    # A package import would be fetched; these proxies lead nowhere.
    os.environ |= {"HTTPS_PROXY": _NOWHERE, "HTTP_PROXY": _NOWHERE, "ALL_PROXY": _NOWHERE}
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (Windows has none)

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
