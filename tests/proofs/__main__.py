"""The command `python3 dev.py proofs`."""

import sys

from tests.proofs.proof import main

sys.exit(main(sys.argv[1:]))
