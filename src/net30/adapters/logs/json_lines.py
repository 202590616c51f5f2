"""The log as lines of JSON on standard error, for whatever collects them.

A fault is told by its type and its place in the code, not by its message: that may quote what a
customer is called. Secrets of ours are masked wherever they stand.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

FRAMES_MAX = 30
_SECRET = re.compile(r"\bn30[a-z](?:_[A-Za-z0-9-]+)?_[A-Za-z0-9_-]{20,}|(?<=://)[^/@\s]+@")
"""Keys, sessions and links (domain/identity/secret.py), and passwords in URLs."""

Line = MutableMapping[str, Any]  # Any: what the line is given


def keep_log(level: str, stream: Any = None) -> None:  # Any: a text stream; standard error
    """Have every log of this process written so, from a level on."""
    lines = logging.StreamHandler(stream or sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _place_of_fault,
                _without_secrets,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
            pass_foreign_args=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level)
    # Others' libraries tell of every connection they make, with its address.
    for noisy in (
        "httpx",
        "httpx2",
        "httpcore",
        "urllib3",
        "fontTools",
        "asyncio",
        "azure",
        "msal",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def _place_of_fault(_logger: Any, _name: str, line: Line) -> Line:
    fault = line.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, BaseException):
        fault = (type(fault), fault, fault.__traceback__)
    if isinstance(fault, tuple) and fault[0]:
        frames = traceback.extract_tb(fault[2])[-FRAMES_MAX:]
        line["fault"] = f"{fault[0].__module__}.{fault[0].__name__}"
        line["frames"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
    return line


def _without_secrets(_logger: Any, _name: str, line: Line) -> Line:
    return {name: _masked(value) for name, value in line.items()}


def _masked(value: Any) -> Any:
    return _SECRET.sub("***", value) if isinstance(value, str) else value
