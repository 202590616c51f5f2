"""R5 with files in Azure Blob Storage: the way to the account is cut, or ten seconds slow.

The account is Azurite, the client Azure's own; between them lies a line that ails. The mutant is
that of test_r5_parts_down.py.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from net30.adapters.blobs import azure_blob
from net30.services import relaying
from tests.api.front import US
from tests.azurite import azurite
from tests.desk import open_desk
from tests.doubles.ailing_line import AilingLine, ailing_line
from tests.proofs.ailing_front import (
    DRAINED_SECONDS,
    SLOW_SECONDS,
    front_of,
    issue,
    left_behind,
    not_named,
    outcome_of,
    together,
    too_late,
)
from tests.proofs.proof import Outcome

ID = "R5"
TITLE = "invoices that Azure Blob Storage, down or slow, kept from being issued quickly"
SMALL = 4  # invoices for each fault
FULL = 100

NOISE_SECONDS = 0.75
"""What a busy machine may add: at each try the pages are made anew, in the same process."""


def run(size: int, seed: int) -> Outcome:
    """Issue `size` invoices under each fault; chance is the machine's own."""
    del seed
    try:
        azurite()
    except pytest.skip.Exception as missing:
        return Outcome(0, 0, f"not run: {missing}")
    outcomes = [run_with(size, slow=slow) for slow in (False, True)]
    return together(outcomes)


def run_with(size: int, *, slow: bool) -> Outcome:
    """Issue invoices before and while the line ails; then it is well, and all must follow."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, ailing_line(azurite().port) as line:
        url = azurite().blob_url(port=line.port)
        with front_of(open_desk(Path(name), blob_url=url)) as front:
            normal = issue(front, size, faults)
            assert front.house.relay.rest(DRAINED_SECONDS)
            _ail(line, slow=slow)
            ill = issue(front, size, faults)
            if not slow:
                faults += not_named(front)
                down = front.client.get("/ready").json()["down"]
                faults += [] if down == ["blobs"] else [f"/ready says that {down} are down"]
            line.heal()
            faults += left_behind(front)
            down = front.client.get("/ready").json()["down"]
            faults += [f"/ready still says that {down} are down"] if down else []
        faults += _not_kept(url, size * 2)
    faults += too_late(normal, ill, NOISE_SECONDS)
    state = f"{SLOW_SECONDS:.0f} s slow" if slow else "down"
    return outcome_of(size, faults, f"Azure Blob {state}", (max(ill), max(normal)))


def _ail(line: AilingLine, *, slow: bool) -> None:
    line.healed.clear()
    if slow:
        line.late_seconds = SLOW_SECONDS
    else:
        line.cut = True
        line.break_once()


def _not_kept(url: str, invoices: int) -> list[str]:
    """Return the invoices whose pages are not there, though all has followed."""
    names = azure_blob.build(url).names(US, "")
    pages = [name for name in names if name.startswith("invoices/") and name.endswith(".pdf")]
    return [] if len(pages) == invoices else [f"{len(pages)} pages of {invoices} invoices are kept"]


@pytest.fixture(autouse=True)
def _tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "RETRY_SECONDS", 0.5)
    monkeypatch.setattr(azure_blob, "REST_SECONDS", 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["down", "slow"])
def test_invoices_are_issued_while_the_account_is_down_or_slow(state: str) -> None:
    outcome = run_with(SMALL, slow=state == "slow")
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail
