"""A reply written on an old screen is refused: the compose guard (docs/protocol.md 4.8)."""

import pytest

from support.live import Refused


@pytest.fixture
def conversation(hub, client, lina):
    """A client and the technician who has their ticket, both in its room, at seq 2."""
    asking, answering = hub.live(client), hub.live(lina)
    ticket = asking.create()
    answering.join(ticket["id"])
    answering.ask("update", ticket=ticket["id"], action="take")
    return ticket["id"], asking, answering


def test_a_reply_on_an_old_screen_is_stale_and_not_written(conversation):
    ticket, asking, answering = conversation
    asking.message(ticket, "Never mind, it works again.")
    with pytest.raises(Refused) as refusal:
        answering.message(ticket, "Please restart it.", baseSeq=2)
    assert refusal.value.code == "stale"
    missed = refusal.value.frame["missed"]
    assert [event["message"]["body"] for event in missed] == ["Never mind, it works again."]
    assert answering.join(ticket)["seq"] == 3


def test_a_forced_reply_is_sent_anyway(conversation):
    ticket, asking, answering = conversation
    asking.message(ticket, "Never mind.")
    forced = answering.message(ticket, "Restart it all the same.", baseSeq=2, force=True)
    assert forced["seq"] == 4


def test_a_change_of_status_makes_a_reply_stale_too(conversation):
    ticket, asking, answering = conversation
    asking.ask("update", ticket=ticket, action="resolve")
    with pytest.raises(Refused) as refusal:
        answering.message(ticket, "Any news?", baseSeq=2)
    assert refusal.value.code == "stale"


def test_what_does_not_concern_the_client_makes_nothing_stale(conversation):
    ticket, _, answering = conversation
    answering.message(ticket, "A note.", internal=True)
    answering.ask("update", ticket=ticket, set={"tags": ["hardware"]})
    assert answering.message(ticket, "Please restart it.", baseSeq=2)["seq"] == 5


def test_a_note_is_never_stale(conversation):
    ticket, asking, answering = conversation
    asking.message(ticket, "Something new.")
    assert answering.message(ticket, "A note.", internal=True, baseSeq=2)["seq"] == 4


def test_a_refused_reply_may_be_sent_again_with_its_key(conversation):
    ticket, asking, answering = conversation
    asking.message(ticket, "Something new.")
    with pytest.raises(Refused):
        answering.message(ticket, "Please restart it.", baseSeq=2, key="r1")
    again = answering.message(ticket, "Please restart it.", baseSeq=3, key="r1")
    assert again["seq"] == 4 and not again.get("replayed")
