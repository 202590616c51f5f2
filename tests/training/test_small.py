"""The family for few invoices: what a customer did, shrunken toward what the company does."""

from __future__ import annotations

import numpy as np
import onnxruntime

from net30.training.sample import Sample
from net30.training.small import PRIOR, SETUPS, Small, fit
from net30.training.small import wanted as wanted_features
from tests.training.payers import NAMES, lesson, payers, with_holes, without_open

SAMPLE = lesson().narrowed(wanted_features(SETUPS[0], NAMES))


def made() -> Small:
    return fit(SAMPLE, SETUPS[0], 0)


def test_a_customer_without_history_gets_the_companys_shares() -> None:
    unknown = np.full((1, len(SAMPLE.names)), np.nan, np.float32)
    assert np.abs(made().reading.own(unknown)).max() < 1e-9


def test_twenty_delays_of_one_kind_outweigh_the_company_five_do_so_less() -> None:
    reading = made().reading
    rows = np.full((2, len(SAMPLE.names)), np.nan, np.float32)
    rows[0, reading.delays] = 10  # in the bin from 8 to 14
    rows[1, reading.delays[-5:]] = 10
    own = np.exp(reading.own(rows)) * reading.shares
    np.testing.assert_allclose(own.sum(axis=1), 1)
    assert (own.argmax(axis=1) == 4).all()
    expected = (20 * 0.5 + PRIOR * reading.shares[4]) / (20 + PRIOR)  # half of it is blurred
    np.testing.assert_allclose(own[0, 4], expected)
    assert own[1, 4] < own[0, 4]


def test_a_dearer_ridge_gives_smaller_weights() -> None:
    cheap, dear = (fit(SAMPLE, {"ridge": ridge}, 0).weight for ridge in (10.0, 10_000.0))
    assert np.abs(dear).sum() < 0.3 * np.abs(cheap).sum()


def test_extreme_features_move_it_only_so_far() -> None:
    far = SAMPLE.matrix[:1].copy()
    few = made().reading.few
    far[:, few] = 1e9
    farther = far.copy()
    farther[:, few] = 1e12
    told = made().probabilities(np.vstack([far, farther]))
    np.testing.assert_array_equal(told[0], told[1])
    assert np.isfinite(told).all()


def test_it_does_not_need_open_invoices_nor_words() -> None:
    known = without_open(payers(150))
    names = [name for name in NAMES if "country" not in name]
    sample = lesson(known).narrowed(wanted_features(SETUPS[0], names))
    assert np.isfinite(fit(sample, SETUPS[1], 0).probabilities(sample.matrix)).all()


def whole() -> tuple[Sample, Small]:
    narrow = lesson().narrowed(wanted_features(SETUPS[2], NAMES))
    return narrow, fit(narrow, SETUPS[2], 0)


def test_the_whole_record_is_served_as_it_was_learned_also_with_holes_in_it() -> None:
    sample, small = whole()
    assert len(small.trust) == 2
    rows = with_holes(sample.matrix, 2_000)
    session = onnxruntime.InferenceSession(small.to_onnx())
    served = session.run(["probabilities"], {"features": rows})[0]
    np.testing.assert_allclose(served, small.probabilities(rows), atol=1e-5)


def test_a_record_of_twenty_counts_as_a_whole_by_what_was_late_and_very_late() -> None:
    sample, small = whole()
    reading = small.reading
    rows = np.full((2, len(sample.names)), np.nan, np.float32)
    rows[0, reading.record] = 0.5, 0.25, 20
    told = np.exp(reading.whole(rows)) * reading.shares
    company = reading.sides @ reading.shares
    expected = (20 * np.array([0.5, 0.25, 0.25]) + PRIOR * company) / (20 + PRIOR)
    np.testing.assert_allclose(reading.sides @ told[0], expected)
    np.testing.assert_allclose(told[1], reading.shares)


def test_without_the_features_of_a_record_the_last_delays_count_alone() -> None:
    names = [name for name in NAMES if name != "paid_count"]
    sample = lesson().narrowed(wanted_features(SETUPS[2], names))
    assert len(fit(sample, SETUPS[2], 0).trust) == 1
