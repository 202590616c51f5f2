"""Alerts in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from net30.domain.alert import Alert, AlertSeverity
from net30.language.alerts import AlertWithUnit, alert_line, alerts_letter
from net30.services.alerts.rules import our_rules

DAY = date(2026, 11, 21)


def told(rule: str = "pct_overdue", value: str = "0.5125", unit: str = "share") -> AlertWithUnit:
    alert = Alert(
        id="a1",
        rule=rule,
        severity=AlertSeverity.WARNING,
        value=Decimal(value),
        limit=Decimal("0.50"),
        raised_on=DAY,
        subject="c1",
        subject_name="Acme Corp",
        currency="XOF",
    )
    return AlertWithUnit(alert, unit)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_rule_of_ours_has_words(language: str) -> None:
    for rule in our_rules():
        assert rule not in alert_line(told(rule), language)


def test_shares_are_percentages_and_points_are_numbers() -> None:
    assert "51.25% of the receivables" in alert_line(told(), "en").replace("\xa0", "")
    assert "is 61.50 (" not in alert_line(told("cei", "61.50", "points"), "en")
    assert "is 61.5 (XOF" in alert_line(told("cei", "61.50", "points"), "en")
    assert "is 80 (XOF" in alert_line(told("cei", "80", "points"), "en")


def test_a_rule_of_another_package_is_told_by_its_name() -> None:
    assert alert_line(told("my_rule", "3", "count"), "en") == "my_rule: 3 (0.5) Acme Corp XOF"


def test_a_language_without_words_for_alerts_is_told_in_english() -> None:
    assert alert_line(told(), "de") == alert_line(told(), "en")


def test_the_letter_counts_its_alerts() -> None:
    one = alerts_letter([told()], "Lagune", DAY, "en")
    two = alerts_letter([told(), told("cei", "61", "points")], "Lagune", DAY, "fr")
    assert one.subject == "1 alert about the receivables of Lagune"
    assert two.subject == "2 alertes sur les créances de Lagune"
    assert two.text.count("\n- ") == 2
