"""The date that staff promise to a client (`dueAt`, docs/protocol.md 4.7): who sets it, who sees it,
and where."""

import csv
import io

from support.rest import assert_problem

GIVEN, KEPT = "2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00.000Z"


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def test_a_promised_date_is_seen_by_all_and_set_by_staff(hub, client, lina):
    asking, answering, live = hub.rest(client), hub.rest(lina), hub.live(client)
    ticket = asking.create()["id"]
    path = f"/api/tickets/{ticket}"
    assert live.join(ticket)["ticket"]["dueAt"] is None
    assert answering.patch(path, {"dueAt": GIVEN}).json()["dueAt"] == KEPT
    event = live.events_until(2, ticket)[-1]
    assert event["changes"] == {"dueAt": {"from": None, "to": KEPT}}
    for someone in (asking, answering):
        assert someone.get(path).json()["dueAt"] == KEPT
        assert someone.get("/api/tickets").json()["tickets"][0]["dueAt"] == KEPT
        history = rows(someone.get(f"{path}/history", params={"format": "csv"}))
        assert (history[1]["dueAt.from"], history[1]["dueAt.to"]) == ("", KEPT)
    assert rows(answering.get("/api/export"))[0]["dueAt"] == KEPT

    refused = asking.patch(path, {"dueAt": None}, expect=403)
    assert_problem(refused, 403, "forbidden", "dueAt")
    for wrong in ("tomorrow", "2026-12-24", 1796058000000, ["x"]):
        refused = answering.patch(path, {"dueAt": wrong}, expect=400)
        assert_problem(refused, 400, "bad_request", "dueAt")
    assert answering.patch(path, {"dueAt": None}).json()["dueAt"] is None
