"""The languages net30 writes in, and the locale whose customs each follows."""

from __future__ import annotations

from net30.kernel.errors import InputError

LOCALES = {"en": "en_001", "fr": "fr", "es": "es", "pt": "pt_PT", "de": "de", "ar": "ar_001"}
"""Language -> Unicode CLDR locale; en_001 is international English (21 November 2026)."""

OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "de": "Deutsch",
    "ar": "العربية",
}
"""Languages as those who speak them call them."""

RIGHT_TO_LEFT = frozenset({"ar"})


def languages() -> tuple[str, ...]:
    """Return the languages documents can be written in.

    >>> languages()
    ('en', 'fr', 'es', 'pt', 'de', 'ar')
    """
    return tuple(LOCALES)


def locale_of(language: str) -> str:
    """Return the locale of a language; raise InputError for one net30 does not write."""
    try:
        return LOCALES[language]
    except KeyError:
        raise InputError(
            f"net30 does not write {language!r}",
            hint=f"choose one of {', '.join(LOCALES)}",
            code="language",
        ) from None


def direction(language: str) -> str:
    """Return the direction text runs in: rtl for Arabic, ltr otherwise."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
