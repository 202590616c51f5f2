"""docs/webhooks.md says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from net30.domain.delivery import PAUSES
from net30.domain.topics import topics

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.+`) \| `(.+)` \|$", re.MULTILINE)


def test_the_page_lists_every_topic_with_its_permission() -> None:
    written = {
        topic: needed for row, needed in ROW.findall(PAGE) for topic in re.findall("`(.+?)`", row)
    }
    assert written == {name: needed.value for name, needed in topics().items()}


def test_the_pauses_are_those_that_the_page_names() -> None:
    told = "5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours"
    seconds = [5, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]
    assert told in PAGE
    assert [pause.total_seconds() for pause in PAUSES] == seconds
