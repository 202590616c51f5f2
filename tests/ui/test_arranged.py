"""What somebody arranges for themselves: views of the list, kept from one day to the next."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.alert import Alert, AlertSeverity
from net30.domain.identity.roles import Role
from net30.domain.workplace import VIEWS_MAX, SavedView, Workplace
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.ports.store import NEW
from net30.services.jobs.run_job import run_job
from net30.services.workplace.notices import notices_of
from net30.services.workplace.saved_views import keep_view, remove_view, workplace_of
from net30.services.workplace.tour import begin_tour, take_step
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said


def views(desk: Desk, user: str = "awa") -> tuple[str, ...]:
    with desk.app.look(user) as ctx:
        return tuple(one.name for one in workplace_of(ctx).views)


def rows(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value["number"])


def test_a_question_is_kept_asked_again_removed_and_brought_back(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    screen = draw("invoices")
    screen.segmented_control(key="invoices_view").set_value("overdue").run()
    assert rows(screen) == ["INV-2026-000002"]
    screen.text_input(key="view_name").input("late ones").run()
    press(screen, "view_keep")
    assert views(desk) == ("late ones",)
    assert views(desk, "ben") == ()
    screen = draw("invoices")
    assert len(rows(screen)) == 3
    press(screen, "view_0")
    assert rows(screen) == ["INV-2026-000002"]
    press(screen, "view_gone_0")
    assert views(desk) == ()
    assert "The view late ones is removed." in said(screen)
    press(screen, "undo")
    assert views(desk) == ("late ones",)
    assert "is removed" not in said(no_fault(screen))


def test_a_view_of_the_same_name_gives_way_and_one_without_a_name_is_refused(desk: Desk) -> None:
    with desk.app.change("awa") as ctx:
        keep_view(ctx, SavedView(name="Late", text="a"))
        keep_view(ctx, SavedView(name="late!", text="b"))
        with pytest.raises(InputError):
            keep_view(ctx, SavedView(name=" - "))
        with pytest.raises(NotFound):
            remove_view(ctx, "early")
    assert views(desk) == ("late!",)


def test_there_is_an_end_to_how_many_views_are_kept() -> None:
    place = Workplace(id="awa")
    for at in range(VIEWS_MAX):
        place = place.with_view(SavedView(name=f"view {at}"))
    with pytest.raises(LimitExceeded):
        place.with_view(SavedView(name="one more"))


def test_the_first_steps_are_ticked_as_they_are_taken_until_they_are_put_away(desk: Desk) -> None:
    open_screens(desk)
    assert "0 of 6 steps" in said(draw("dashboard"))
    no_fault(draw("invoices"))
    no_fault(draw("invoice", number="INV-2026-000002"))
    screen = draw("dashboard")
    assert "2 of 6 steps" in said(screen)
    press(screen, "tour_over")
    assert "first five minutes" not in said(screen)
    screen = draw("dashboard")
    assert "first five minutes" not in said(screen)
    with desk.app.change("awa") as ctx:
        begin_tour(ctx)
        with pytest.raises(InputError):
            take_step(ctx, "moon")
    assert "0 of 6 steps" in said(draw("dashboard"))


def test_the_tour_shows_only_what_one_may_see(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    assert "0 of 5 steps" in said(draw("dashboard")), "a viewer has no assistant"


def an_alert(desk: Desk, rule: str = "pct_overdue") -> Alert:
    with desk.app.change() as ctx:
        alert = Alert(
            id=ctx.new_id(),
            rule=rule,
            severity=AlertSeverity.CRITICAL,
            value=Decimal("0.44"),
            limit=Decimal("0.30"),
            raised_on=ctx.today,
            currency="XOF",
        )
        ctx.tx.save(alert, expected=NEW)
    return alert


def test_the_bell_counts_what_is_new_until_it_is_read_and_tells_it_at_once(desk: Desk) -> None:
    open_screens(desk, Role.ACCOUNTANT)
    an_alert(desk)
    screen = draw("customers")
    assert notices(desk) == 1
    assert not screen.toast, "what was there at the first look is counted only"
    with pytest.raises(ValueError, match="broke"):
        run_job(desk.app.change, broken, kind="train", title="training hr", told=str)
    desk.clock.day += timedelta(days=1)
    screen = no_fault(screen.run())
    assert [one.value for one in screen.toast] == ["Failed: training hr. ValueError"]
    screen.session_state["bell_open"] = True
    screen = no_fault(screen.run())
    assert "44% of the receivables are overdue" in said(screen).replace("\\", "")
    assert notices(desk) == 0
    run_job(desk.app.change, lambda _tell: 1, kind="train", title="training hr", told=str)
    an_alert(desk, "cei")
    assert notices(desk) == 2


def test_an_alert_in_hand_is_no_news_and_only_who_may_takes_it(desk: Desk) -> None:
    alert = an_alert(desk)
    keeper = open_screens(desk, Role.VIEWER)
    screen = draw("customers")
    screen.session_state["bell_open"] = True
    key = f"bell_ack_{alert.id}"
    assert key not in {one.key for one in no_fault(screen.run()).button}
    keeper.role = Role.COLLECTOR
    screen = draw("customers")
    screen.session_state["bell_open"] = True
    press(no_fault(screen.run()), key)
    assert "in hand" in said(screen)
    assert notices(desk, "ben") == 0


def broken(_tell: object) -> object:
    raise ValueError("it broke")


def notices(desk: Desk, user: str = "awa") -> int:
    with desk.app.look(user) as ctx:
        return len(notices_of(ctx).unread)
