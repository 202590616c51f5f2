"""`python -m net30` is the command line."""

from net30.cli import main

main()
