"""Predictions: the stream is told what is expected of open invoices once that has changed."""

from __future__ import annotations

from net30.app import App
from net30.services.streaming.publish_predictions import tell_predictions

EVERY_SECONDS = 5.0


def run(app: App) -> None:
    """Tell what is new of one organisation; nothing where there is no stream."""
    outlet = app.world.outlet
    if outlet is None or not outlet.serves(app.organisation):
        return
    tell_predictions(app.world, app.organisation, lambda: app.look("net30"), outlet)
