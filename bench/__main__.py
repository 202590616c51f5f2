"""The command `python3 dev.py bench`."""

import sys

from bench.bench import main

sys.exit(main(sys.argv[1:]))
