"""Several tabs of one person: one socket, one session, nothing lost when a tab closes."""

import pytest
from playwright.sync_api import expect

from support import people
from support.browser import NO_SHARED_WORKER
from support.desk import LIVE

PAGE = "/client-portal"


def open_tabs(context, hub, client, count):
    pages = [context.new_page() for _ in range(count)]
    pages[0].goto(f"{hub.url}{PAGE}#token={people.token(client)}")
    expect(pages[0].get_by_test_id("conn")).to_contain_text(LIVE["fr"], timeout=20_000)
    for page in pages[1:]:
        page.goto(f"{hub.url}{PAGE}")  # no token: the first tab hands it over
    for page in pages[1:]:
        expect(page.get_by_test_id("conn")).to_contain_text(LIVE["fr"], timeout=20_000)
    return pages


def modes(pages):
    found = []
    for page in pages:
        page.bring_to_front()
        page.get_by_test_id("conn").click()
        found.append(page.get_by_test_id("conn-panel").inner_text())
        page.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("has_worker", [True, False], ids=["worker", "channel"])
def test_five_tabs_share_one_socket_and_outlive_the_first(browser, hub_alone, client, has_worker):
    ticket = hub_alone.rest(client).create(title="Partagé")
    context = browser.new_context(locale="fr-FR")
    opened = []
    if not has_worker:
        context.add_init_script(NO_SHARED_WORKER)
        context.on("page", lambda page: page.on("websocket", lambda socket: opened.append(socket)))
    pages = open_tabs(context, hub_alone, client, 5)
    texts = modes(pages)
    if has_worker:
        assert all("partagée" in text for text in texts), texts
    else:
        assert len(opened) == 1, "more than one tab opened a socket"
        assert sum("gérée par cet onglet" in text for text in texts) == 1, texts
    for page in pages:
        page.get_by_test_id("ticket-row").first.click()
    pages[0].close()
    hub_alone.rest(client).say(ticket["id"], "Encore là ?")
    for page in pages[1:]:
        message = page.get_by_test_id("message").filter(has_text="Encore là ?")
        expect(message).to_have_count(1, timeout=30_000)
    pages[1].get_by_test_id("composer").fill("Oui, d’ici")
    pages[1].get_by_test_id("send").click()
    for page in pages[1:]:
        message = page.get_by_test_id("message").filter(has_text="Oui, d’ici")
        expect(message).to_have_count(1, timeout=30_000)
    events = hub_alone.rest(client).events(ticket["id"])["events"]
    assert sum("Oui, d’ici" in str(event) for event in events) == 1
    context.close()


def test_tabs_of_two_people_in_one_browser_stay_apart(browser, hub_alone, client, lina):
    hub_alone.rest(client).create(title="À Claire")
    context = browser.new_context(locale="fr-FR")
    portal, console = context.new_page(), context.new_page()
    portal.goto(f"{hub_alone.url}{PAGE}#token={people.token(client)}")
    console.goto(f"{hub_alone.url}/admin/tickets#token={people.token(lina)}")
    expect(portal.get_by_test_id("ticket-row")).to_have_count(1, timeout=20_000)
    expect(console.get_by_test_id("ticket-row")).to_have_count(1, timeout=20_000)
    for page, name in ((portal, "Claire"), (console, "Lina")):
        label = page.get_by_test_id("account").get_attribute("aria-label")
        assert name in label
    context.close()
