"""What an organisation switches, hands out and is told of: features, keys, webhooks, logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.membership import Membership
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import User, UserStatus
from net30.kernel.plugins import names_in
from net30.services.identity.authenticate import authenticate
from net30.services.jobs.watch_jobs import running_jobs
from net30.services.promote_model import list_models
from net30.services.relay import ROOM as PROJECTIONS
from net30.services.send_invoice import send_invoice
from net30.ui.office import RouteLoad, open_office, the_office
from tests.desk import Desk, open_desk
from tests.doubles.receiver import ALLOWED, receiving
from tests.redis_server import redis_server
from tests.ui.screens import draw, no_fault, open_screens, press, said


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    """A desk that may reach a receiver on this machine, and Awa, its owner."""
    desk = open_desk(tmp_path, web_allow=ALLOWED)
    now, organisation = desk.app.clock(), desk.app.organisation
    awa = User(id="awa", email="awa@lagune.example", name="Awa Koné", made_at=now,
               status=UserStatus.ACTIVE)  # fmt: skip
    with desk.app.world.accounts.writing() as tx:
        tx.add(awa)
        tx.add(Membership(user_id=awa.id, organisation=organisation, role=Role.OWNER, since=now))
    open_screens(desk)
    yield desk
    desk.app.close()


def tab(page: str, name: str) -> AppTest:
    screen = draw(page)
    screen.session_state[f"{page}_tabs"] = name
    return no_fault(screen.run())


def submit(screen: AppTest, label: str) -> AppTest:
    (button,) = [one for one in screen.button if one.label == label]
    return no_fault(button.click().run())


def keys_seen(screen: AppTest) -> set[str]:
    return {str(one.key) for one in screen.button}


def test_a_key_is_shown_once_opens_what_it_may_and_nothing_once_it_is_revoked(house: Desk) -> None:
    screen = tab("settings", "Keys")
    assert "No program has a key yet." in said(screen)
    assert submit(screen, "Make the key").error  # it has no name
    screen.text_input(key="keys_name").input("web shop")
    screen.multiselect(key="keys_scopes").set_value([Permission.INVOICES_READ])
    screen = submit(screen, "Make the key")
    secret = screen.code[0].value
    accounts, now = house.app.world.accounts, house.app.clock()
    assert authenticate(accounts, secret, now).permissions == {Permission.INVOICES_READ}
    screen = no_fault(screen.run())
    assert not screen.code
    assert list(screen.dataframe[0].value["State"]) == ["works"]
    prefix = secret.split("_")[1]
    screen = no_fault(screen.selectbox(key="keys_chosen").set_value(prefix).run())
    screen = press(screen, "keys_revoke")
    assert list(screen.dataframe[0].value["State"]) == ["revoked"]
    assert "keys_revoke" not in keys_seen(screen)
    open_screens(house, Role.ACCOUNTANT)
    assert "Keys" not in {one.label for one in draw("settings").tabs}


def test_a_webhook_is_added_tested_paused_and_removed(house: Desk) -> None:
    with receiving() as receiver:
        screen = tab("settings", "Webhooks")
        screen.text_input(key="webhook_url").input("http://10.0.0.1/")
        assert submit(screen, "Add").error  # nobody may be reached there
        screen.text_input(key="webhook_url").input(receiver.url)
        screen.text_input(key="webhook_about").input("the shop")
        screen = press(submit(screen, "Add"), "webhook_test")
        assert "It was taken in" in said(screen)
        secret = press(screen, "webhook_secret").code[0].value
        assert receiver.heard[0].is_signed_with(secret)
        screen = press(tab("settings", "Webhooks"), "webhook_rotate")
        assert press(screen, "webhook_secret").code[0].value != secret
        receiver.answers = [500]
        assert "It was not taken" in press(screen, "webhook_test").warning[0].value
        log = tab("system", "What was told")
        assert set(log.dataframe[-1].value["Webhook"]) == {"the shop"}
        screen = press(tab("settings", "Webhooks"), "webhook_pause")
        assert "Why it is paused" in said(screen)
        screen = press(press(screen, "webhook_pause"), "webhook_remove")
    assert "No program is told anything yet" in said(screen)
    open_screens(house, Role.VIEWER)
    assert "Webhooks" not in {one.label for one in draw("settings").tabs}


def test_who_signs_in_with_a_password_alone_is_counted(house: Desk) -> None:
    screen = tab("settings", "People")
    assert "1 member signs in with a password alone." in said(screen)
    row = screen.dataframe[0].value.iloc[0]
    assert (row["Role"], row["State"], row["Second factor"]) == ("Owner", "active", False)


def test_mails_that_left_are_told(house: Desk) -> None:
    assert "Nothing was mailed lately." in said(tab("system", "What was told"))
    number = house.issue().number
    with house.app.change() as ctx:
        send_invoice(ctx, number)
    table = tab("system", "What was told").dataframe[0].value
    assert (table["What"][0], table["Number"][0]) == ("Invoice", number)


def test_all_that_follows_from_a_change_is_called_by_a_name(desk: Desk) -> None:
    open_screens(desk)
    follows = set(tab("system", "State").dataframe[0].value["What follows"])
    assert not follows & set(names_in(PROJECTIONS))


def test_engine_and_depth_of_analytics_are_switched_while_it_runs(desk: Desk) -> None:
    open_screens(desk)
    screen = tab("system", "Features")
    screen.button_group(key="feature_engine").set_value("spark")
    screen = no_fault(screen.button_group(key="feature_analytics").set_value("basic").run())
    press(screen, "feature_save")
    with desk.app.look() as ctx:
        assert (ctx.company.engine, ctx.company.analytics) == ("spark", "basic")
    assert "switched to basic" in said(draw("analytics"))


def test_another_kind_of_model_predicts_once_there_is_one(shelf: Desk) -> None:
    open_screens(shelf)
    with shelf.app.look() as ctx:
        models, now = ctx.models, list_models(ctx.models, "payments").current
    screen = tab("system", "Features")
    screen = no_fault(screen.button_group(key="feature_model").set_value("neural").run())
    assert "There is no model of this kind yet" in said(screen)
    assert "feature_promote" not in keys_seen(screen)
    assert list_models(models, "payments").current == now


def test_a_backup_is_ordered_where_a_place_is_named_by_whoever_runs_it(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home", backup_url=f"folder:{tmp_path / 'kept'}")
    open_screens(desk)
    screen = tab("system", "Storage")
    assert "None yet" in [one.value for one in screen.metric]
    assert "ordered" in press(screen, "backup_now").success[0].value
    assert "already" in press(screen, "backup_now").error[0].value.lower()
    with desk.app.look() as ctx:
        assert [job.kind for job in running_jobs(ctx)] == ["backup"]
    open_screens(desk, Role.ADMIN)
    assert "backup_now" not in keys_seen(tab("system", "Storage"))
    desk.app.close()


def test_that_no_backup_is_made_is_told(desk: Desk) -> None:
    open_screens(desk)
    assert "net30 makes no backup by itself" in said(tab("system", "Storage"))


def test_books_are_copied_where_a_database_is_named_by_whoever_runs_it(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home", copy_url=f"sqlite:///{tmp_path / 'copy.db'}")
    open_screens(desk)
    screen = tab("system", "Storage")
    assert "The copy is the same" in press(screen, "storage_copy").success[0].value
    assert "holds books already" in press(screen, "storage_copy").error[0].value.lower()
    desk.issue()
    assert "differ" in press(screen, "storage_compare").warning[0].value
    open_screens(desk, Role.ADMIN)
    assert "storage_copy" not in keys_seen(tab("system", "Storage"))
    desk.app.close()


def test_a_shared_cache_that_is_away_is_told(tmp_path: Path) -> None:
    with redis_server() as server:
        desk = open_desk(tmp_path, cache_url=server.url())
        open_screens(desk)
        assert not tab("system", "Caches").warning
        server.stop()
        (told,) = tab("system", "Caches").warning
        assert told.value.startswith("Redis does not answer")
        desk.app.close()


def test_each_part_says_what_it_is_and_whether_it_answers(tmp_path: Path) -> None:
    with redis_server() as server:
        desk = open_desk(tmp_path, cache_url=server.url())
        open_screens(desk)
        parts = _parts(draw("system"))
        assert list(parts["What it is"]) == ["SQLite", "SQLite", "A folder", "Redis"]
        assert parts["Answers"].all()
        server.stop()
        screen = draw("system")
        assert list(_parts(screen)["Answers"]) == [True, True, True, False]
        assert [one.value for one in screen.error if "Caches: no answer. " in one.value]
        desk.app.close()


def _parts(screen: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = next(one.value for one in screen.dataframe if "Answers" in one.value)
    return found


def test_caches_are_told_and_forgotten(desk: Desk) -> None:
    open_screens(desk)
    draw("dashboard")
    assert desk.app.world.cache.statistics()["statistics"].entries
    screen = press(tab("system", "Caches"), "caches_clear")
    assert list(screen.dataframe[0].value["Kept"]) == ["0"] * 5


def test_load_is_told_route_by_route(desk: Desk) -> None:
    open_screens(desk)
    assert "No program has asked the API yet." in said(tab("system", "Load"))
    rows = (RouteLoad("GET /api/v1/invoices", 20, 1, 0.005, float("inf")),)
    open_office(replace(the_office(), loads=lambda: rows))
    table = tab("system", "Load").dataframe[0].value
    assert (table["Half within, ms"][0], table["Faults of ours"][0]) == ("5", "1")
    assert "schema" in said(tab("system", "About"))
