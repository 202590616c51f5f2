"""Members, keys, organisations and the audit over HTTP."""

from __future__ import annotations

from net30.domain.identity.roles import Permission, Role
from tests.api.front import Front, found_rival


def test_a_key_s_secret_is_told_once_and_opens_what_it_was_made_for(front: Front) -> None:
    wanted = {"name": "web shop", "may": ["invoices.read"]}
    made = front.post("/keys", wanted, once="key-1")
    assert made.status_code == 201, made.text
    secret = made.json()["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    assert front.client.get("/api/v1/invoices", headers=headers).status_code == 200
    assert front.client.get("/api/v1/customers", headers=headers).status_code == 403
    again = front.post("/keys", wanted, once="key-1")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == made.json() | {"secret": ""}
    with front.desk.app.world.store.transaction("main") as books:
        kept = books.recall("api:key-1")
    assert kept is not None
    assert secret not in str(kept.answer)
    listed = {one["prefix"] for one in front.get("/keys").json()}
    prefix = made.json()["key"]["prefix"]
    assert prefix in listed
    assert front.send("DELETE", f"/keys/{prefix}").status_code == 204
    assert front.client.get("/api/v1/invoices", headers=headers).status_code == 401


def test_nobody_makes_a_key_that_may_more_than_they(front: Front) -> None:
    refused = front.post("/keys", {"name": "all", "may": ["organisations.write"]}, role=Role.ADMIN)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission")
    assert front.send("DELETE", "/keys/nobody").status_code == 404


def test_a_member_is_invited_promoted_and_removed(front: Front) -> None:
    invited = front.post("/members", {"email": "moussa@lagune.example", "role": "viewer"})
    assert invited.status_code == 201, invited.text
    assert invited.json()["link"].startswith("n30l_")
    user = invited.json()["member"]["user"]
    taken = front.post("/members", {"email": "moussa@lagune.example", "role": "viewer"})
    assert taken.status_code == 409
    read = front.get(f"/members/{user}")
    stale = front.send("PUT", f"/members/{user}", {"role": "admin"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    tag = {"If-Match": read.headers["etag"]}
    assert front.send("PUT", f"/members/{user}", {"role": "admin"}).status_code == 428
    changed = front.send("PUT", f"/members/{user}", {"role": "admin"}, headers=tag)
    assert changed.json()["role"] == "admin"
    link = front.post(f"/members/{user}/password-link")
    assert link.json()["link"].startswith("n30l_")
    assert user in {one["user"] for one in front.get("/members").json()}
    assert front.send("DELETE", f"/members/{user}").status_code == 204
    assert front.get(f"/members/{user}").status_code == 404


def test_an_admin_makes_no_owner(front: Front) -> None:
    wanted = {"email": "rich@lagune.example", "role": "owner"}
    assert front.post("/members", wanted, role=Role.ADMIN).status_code == 403
    owner = next(one for one in front.get("/members").json() if one["role"] == "owner")
    last = front.send("DELETE", f"/members/{owner['user']}", headers={"If-Match": "*"})
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")


def test_the_audit_is_read_in_pages_verified_and_nobody_else_s(front: Front) -> None:
    found_rival(front.desk.app)
    front.post("/customers", {"id": "", "party": {"name": "Audited SA"}})
    front.settled()
    first = front.get("/audit", params={"limit": 2}).json()
    assert [one["sequence"] for one in first["items"]] == [1, 2]
    second = front.client.get(
        first["next"], headers={"Authorization": f"Bearer {front.key()}"}
    ).json()
    assert second["items"][0]["before"] == first["items"][1]["hash"]
    assert {one["chain"] for one in first["items"]} == {"main"}
    head = front.get("/audit/head").json()
    verified = front.get(
        "/audit/verification", params={"sequence": head["sequence"], "hash": head["hash"]}
    ).json()
    assert verified["findings"] == []
    assert {one["chain"] for one in verified["heads"]} == {"main"}
    wrong = front.get("/audit/verification", params={"sequence": 1, "hash": "0" * 64}).json()
    assert [one["code"] for one in wrong["findings"]] == ["audit_head"]
    assert front.get("/audit", role=Role.VIEWER).status_code == 403


def test_an_owner_founds_another_organisation_and_belongs_to_it(front: Front) -> None:
    made = front.post("/organisations", {"id": "second-house", "name": "Second SARL"})
    assert made.status_code == 201, made.text
    assert front.post("/organisations", {"id": "second-house"}).status_code == 409
    own = front.get("/organisations").json()
    assert own == [{"organisation": "main", "role": "owner"}], "a key knows its own only"
    assert front.post("/organisations", {"id": "third"}, role=Role.ADMIN).status_code == 403
    assert str(Permission.ORGANISATIONS_WRITE) in front.get("/me").json()["permissions"]


def test_somebody_sees_where_they_are_signed_in_and_signs_out_there(front: Front) -> None:
    invited = front.post("/members", {"email": "fatou@lagune.example", "role": "viewer"}).json()
    words = {"secret": invited["link"], "password": "a long enough secret"}
    assert front.client.post("/api/v1/links/accept", json=words).status_code == 201
    login = {"email": "fatou@lagune.example", "password": words["password"]}
    first, second = (
        front.client.post("/api/v1/sessions", json=login, headers={"User-Agent": agent}).json()
        for agent in ("phone", "desk")
    )
    headers = {"Authorization": f"Bearer {first['secret']}"}
    listed = front.client.get("/api/v1/me/sessions", headers=headers).json()
    assert {one["agent"]: one["current"] for one in listed} == {"phone": True, "desk": False}
    other = next(one["id"] for one in listed if not one["current"])
    gone = front.client.delete(f"/api/v1/me/sessions/{other}", headers=headers)
    assert gone.status_code == 204
    ended = {"Authorization": f"Bearer {second['secret']}"}
    assert front.client.get("/api/v1/me", headers=ended).status_code == 401
    again = front.client.delete(f"/api/v1/me/sessions/{other}", headers=headers)
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")
    assert front.get("/me/sessions").json()["code"] == "session_only", "a key has none"
