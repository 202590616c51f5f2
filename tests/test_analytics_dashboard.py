"""The seed documents' InvoiceAnalytics: real figures under the documents' headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import net30
from net30.analytics_dashboard import SECTIONS, SUMMARY, InvoiceAnalytics
from net30.kernel.money import Money
from net30.service_manager import ServiceManager
from tests.desk import open_desk
from tests.test_service_manager import ORDER


@pytest.fixture
def analytics(tmp_path: Path) -> Iterator[InvoiceAnalytics]:
    """Analytics of a company that issued one invoice."""
    desk = open_desk(tmp_path)
    ServiceManager(desk.app).generate_invoice(ORDER)
    yield InvoiceAnalytics(desk.app)
    desk.app.close()


def test_every_section_of_the_seed_documents_has_the_figures_of_one_invoice(
    analytics: InvoiceAnalytics,
) -> None:
    found = analytics.generate_business_insights()
    assert set(found) == {"executive_summary", "risk_analysis", "forecasting", *SECTIONS}
    summary = found["executive_summary"]["XOF"]
    assert set(summary) == {*SUMMARY, "reasons"}
    assert summary["invoice_count"] == 1
    assert summary["outstanding"] == Money(4_248_000, "XOF")
    assert summary["collection_rate"] is None
    assert "collection_rate" in str(summary["reasons"])
    assert set(found["client_analytics"]["XOF"]) == {"clients", "segments", "churn", "cohorts"}
    assert set(found["forecasting"]["XOF"]) == {"cash", "revenue"}


def test_the_name_is_where_the_seed_documents_look_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    assert net30.InvoiceAnalytics is InvoiceAnalytics
    empty = net30.InvoiceAnalytics().generate_business_insights()
    assert empty["executive_summary"] == {}
