"""net30 writes invoices and knows when they will be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from net30.analytics_dashboard import InvoiceAnalytics
    from net30.service_manager import ServiceManager, get_service_manager

__version__ = "0.1.0"
__all__ = ["InvoiceAnalytics", "ServiceManager", "__version__", "get_service_manager"]


def __getattr__(name: str) -> object:
    """Load the seed documents' names only when someone asks for them."""
    if name in {"ServiceManager", "get_service_manager"}:
        from net30 import service_manager  # noqa: PLC0415 - importing net30 stays light

        return getattr(service_manager, name)
    if name == "InvoiceAnalytics":
        from net30 import analytics_dashboard  # noqa: PLC0415 - the same

        return analytics_dashboard.InvoiceAnalytics
    raise AttributeError(f"module 'net30' has no attribute {name!r}")
