"""Papers for tests: a certificate for localhost, and the authority that gave it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Papers:
    """A certificate for localhost, and the file of the authority that gave it."""

    certificate: Path
    authority: Path


def make_papers(folder: Path) -> Papers:
    """Write both into a folder."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate = folder / "server.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return Papers(certificate, folder / "ca.pem")
