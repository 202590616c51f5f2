# /// script
# requires-python = ">=3.11"
# dependencies = ["iso4217==1.16.20260101"]
# ///
"""Write kernel/currencies.csv and currencies.md anew from the published list of ISO 4217.

    uv run tools/currencies.py

The package iso4217 (public domain) carries list one as the maintenance agency publishes it. For
a newer list, raise the version above. Withdrawn currencies stay, for invoices of their time.
"""

from __future__ import annotations

from pathlib import Path

# Not installed in the project: the line above brings it.
import iso4217  # type: ignore[import-not-found,unused-ignore]

KERNEL = Path(__file__).parents[1] / "src" / "net30" / "kernel"

WITHDRAWN = {
    "ANG": (2, "Netherlands Antillean guilder, replaced by XCG in 2025"),
    "BGN": (2, "Bulgarian lev, replaced by EUR in 2026"),
    "CUC": (2, "Cuban convertible peso, withdrawn in 2021"),
    "HRK": (2, "Croatian kuna, replaced by EUR in 2023"),
    "SLL": (2, "Sierra Leonean leone, replaced by SLE in 2024"),
    "ZWL": (2, "Zimbabwean dollar, replaced by ZWG in 2024"),
}

ABOUT = """# currencies.csv

Decimals of each currency, from ISO 4217 list one as published on {published} (package iso4217
{version}, public domain). Written by `uv run tools/currencies.py`; do not edit by hand.

Left out, since the list gives them no decimals (metals, fund units, test codes):
{without}.

Kept though withdrawn, since past invoices bear them:

{withdrawn}

Babel's digits differ for some (AFN, ALL, LAK, MGA, RSD ...) on purpose: CLDR tells how people write
amounts today, ISO 4217 how systems count them. An amount is counted by this table.
"""


def main() -> None:
    """Write both files and say how many currencies there are."""
    listed = {currency.code: currency.exponent for currency in iso4217.Currency}
    digits = {code: digits for code, digits in listed.items() if digits is not None}
    for code, (decimals, _) in WITHDRAWN.items():
        digits.setdefault(code, decimals)
    rows = "".join(f"{code},{digits[code]}\n" for code in sorted(digits))
    (KERNEL / "currencies.csv").write_text("code,digits\n" + rows, encoding="utf-8")
    about = ABOUT.format(
        published=iso4217.__published__.isoformat(),
        version=iso4217.__version__,
        without=", ".join(sorted(set(listed) - set(digits))),
        withdrawn="\n".join(f"- {code}: {why}" for code, (_, why) in WITHDRAWN.items()),
    )
    (KERNEL / "currencies.md").write_text(about, encoding="utf-8")
    print(f"{len(digits)} currencies written")  # noqa: T201 - a tool talks


if __name__ == "__main__":
    main()
