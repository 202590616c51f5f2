"""The company's own settings: what would break every later day is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.services.create_organisation import save_organisation
from tests.desk import Desk


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "", "\x00"])
def test_a_time_zone_that_does_not_exist_is_refused_and_changes_nothing(
    desk: Desk, zone: str
) -> None:
    with desk.app.change() as ctx, pytest.raises(InputError) as refused:
        save_organisation(ctx, replace(ctx.company, time_zone=zone))
    assert refused.value.code == "time_zone"
    with desk.app.look() as ctx:
        assert ctx.tx.load(Organisation, ctx.organisation).value.time_zone == "Africa/Abidjan"
