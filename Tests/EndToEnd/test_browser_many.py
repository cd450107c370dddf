"""Pages with more open tickets (260) than one page of a list. What they show, count and find
equals the hub's answers."""

import concurrent.futures

import pytest
from playwright.sync_api import expect

from support import people
from support.observe import wait_until

OPEN = 260
CREATORS = 4


@pytest.fixture
def desk(desk):
    desk.refs = seed(desk)
    return desk


def seed(desk):
    """`number 0` to `number 259`, oldest first as far as that is the same hand's; one is resolved."""
    desk.hub.rest(desk.client).get("/api/me")
    made = {}

    def some(creator):
        rest = desk.hub.rest(people.technician(f"Auteur{creator}"))
        for number in range(creator, OPEN, CREATORS):
            ticket = rest.create(title=f"number {number}", clientId=desk.client.id)
            made[number] = ticket

    with concurrent.futures.ThreadPoolExecutor(CREATORS) as pool:
        list(pool.map(some, range(CREATORS)))
    rest = desk.hub.rest(desk.lina)
    rest.say(made[255]["id"], "Le mot rare est aiguille.")
    solved = rest.create(title="Autrefois brisé", clientId=desk.client.id)
    rest.patch(f"/api/tickets/{solved['id']}", {"action": "resolve"})
    for number in range(14):
        rest.patch(f"/api/tickets/{made[number * 18]['id']}", {"assignedTo": "me"})
    return {"solved": solved["ref"], "rare": made[255]["ref"]}


def refs(screen):
    rows = screen.page.locator(".queue-row, a.ticket-row")
    return rows.evaluate_all("rows => rows.map(({dataset}) => dataset.ref)")


def asked(desk, who=None, **params):
    return desk.hub.rest(who or desk.lina).get("/api/tickets", params=params).json()


def test_pages_show_what_the_hub_answers(desk):
    look_at_the_portal(desk)
    look_at_the_console(desk)


def look_at_the_console(desk):
    console = desk.console()
    expect(console.get("queue-count")).to_have_text(f"{OPEN} tickets")
    for view, count in (("all", OPEN), ("unassigned", OPEN - 14), ("mine", 14), ("resolved", 1)):
        expect(console.get(f"count-{view}")).to_have_text(str(count))
    console.get("view-mine").click()
    expect(console.get("queue-count")).to_have_text("14 tickets")
    expect(console.get("ticket-row")).to_have_count(14)

    console.get("view-all").click()
    # Newest first, and on to the last by scrolling, in the hub's order.
    console.get("sort").select_option("newest")
    newest = asked(desk, sort="-createdAt", status="open,in_progress,waiting", limit=200)
    expect(console.get("ticket-row").first).to_have_attribute("data-ref", newest["tickets"][0]["ref"])
    order = [ticket["ref"] for ticket in newest["tickets"]]
    assert refs(console)[:8] == order[:8]
    last = asked(desk, sort="createdAt", status="open,in_progress,waiting", limit=1)["tickets"][0]
    scroller = console.page.locator(".queue-pane .pane-scroll")
    row = console.page.locator(f'[data-ref="{last["ref"]}"]')

    def ends_with_the_last():
        # Each page of the hub's answer makes the list longer.
        scroller.evaluate("element => element.scrollTo(0, element.scrollHeight)")
        return row.is_visible()

    wait_until(ends_with_the_last, "the last ticket at the end of the list")
    expect(console.get("queue-more")).to_be_hidden()
    expect(console.get("queue")).to_have_attribute("aria-rowcount", str(OPEN))

    # Another order begins at its beginning.
    console.get("sort").select_option("waiting")
    longest = asked(desk, sort="waitingSince", status="open,in_progress,waiting", limit=200)
    order = [ticket["ref"] for ticket in longest["tickets"]]
    expect(console.get("ticket-row").first).to_have_attribute("data-ref", order[0])
    assert refs(console)[:8] == order[:8]
    console.get("sort").select_option("newest")
    expect(console.get("ticket-row").first).to_have_attribute("data-ref", newest["tickets"][0]["ref"])

    # What was not loaded, what was said, what is over.
    for words, ref in (
        (desk.refs["rare"], desk.refs["rare"]),
        ("aiguille", desk.refs["rare"]),
        ("autrefois", desk.refs["solved"]),
    ):
        console.get("filter").fill(words)
        expect(console.get("queue-count")).to_have_text("1 ticket")
        expect(console.get("ticket-row")).to_have_attribute("data-ref", ref)
    console.get("filter").fill("number")
    expect(console.get("queue-count")).to_have_text(f"{OPEN} tickets")
    console.get("filter").fill("")

    console.page.keyboard.press("Escape")
    console.page.keyboard.press("Control+k")
    console.get("palette-field").fill("aiguille")
    expect(console.get("palette-item").first).to_contain_text(desk.refs["rare"])
    console.page.keyboard.press("Escape")

    # A change is counted, and comes where it belongs.
    fresh = desk.hub.rest(desk.client).create(title="Tout neuf")
    expect(console.get("count-all")).to_have_text(str(OPEN + 1))
    expect(console.get("ticket-row").first).to_have_attribute("data-ref", fresh["ref"])
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{fresh['id']}", {"action": "resolve"})
    expect(console.get("count-all")).to_have_text(str(OPEN))
    expect(console.get("count-resolved")).to_have_text("2")
    expect(console.get("queue-count")).to_have_text(f"{OPEN} tickets")

    console.get("view-reports").click()
    expect(console.get("live-open")).to_have_text(str(OPEN))
    expect(console.get("live-free")).to_have_text(str(OPEN - 14))
    assert console.errors == []


def look_at_the_portal(desk):
    portal = desk.portal()
    counts = portal.page.locator(".group-count")
    expect(counts).to_have_text([str(OPEN), "1"])
    for words, ref in (("aiguille", desk.refs["rare"]), ("autrefois", desk.refs["solved"])):
        portal.get("search").fill(words)
        expect(portal.get("ticket-row")).to_have_count(1)
        expect(portal.get("ticket-row")).to_have_attribute("data-ref", ref)
    portal.get("search").fill("")
    expect(counts.first).to_have_text(str(OPEN))
    portal.get("load-more").click()
    expect(portal.get("load-more")).to_be_hidden()
    expect(portal.page.locator(".queue-row, a.ticket-row")).to_have_count(OPEN + 1)
    portal.page.reload()
    portal.get("tab-overview").click()
    expect(portal.get("tile-open")).to_have_text(str(OPEN))
    expect(portal.get("tile-resolved")).to_have_text("1")
    assert portal.errors == []
