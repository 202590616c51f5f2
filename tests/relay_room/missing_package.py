"""Needs a package that nobody has."""

import a_package_that_nobody_has  # type: ignore[import-not-found] # that is the point

WANTS = a_package_that_nobody_has.EVENTS
