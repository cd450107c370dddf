"""How people come to a page and go on: the cookie, a fresh link, somebody else's link, a sign-in page."""

import pytest
from playwright.sync_api import expect

from support import people
from support.browser import NO_SHARED_WORKER, chromium
from support.desk import Desk, open_thread

EXPIRED = "Votre session a expiré"


@pytest.fixture
def desk(hub_alone):
    with chromium() as browser:
        desk = Desk(browser, hub_alone)
        yield desk
        desk.close()


def link(desk, someone, ttl=3600):
    return f"#token={people.token(someone, ttl=ttl)}"


def test_sessions_begin_and_go_on(desk):
    a_fresh_link_goes_on_with_the_draft(desk)
    a_link_of_somebody_else_asks_first(desk)
    the_cookie_signs_in_and_goes_on(desk)


def a_fresh_link_goes_on_with_the_draft(desk):
    desk.ticket("Longue réponse")
    portal = desk.open(desk.client, token=people.token(desk.client, ttl=8))
    open_thread(portal, "Longue réponse")
    portal.get("composer").fill("Un brouillon qui reste")
    portal.page.evaluate("globalThis.isSamePage = true")
    expect(portal.get("sign-in")).to_be_visible(timeout=20_000)
    expect(portal.page.locator("main")).to_contain_text(EXPIRED)
    portal.page.evaluate("hash => { location.hash = hash; }", link(desk, desk.client))
    expect(portal.get("conn")).to_contain_text("En direct")
    expect(portal.get("composer")).to_have_value("Un brouillon qui reste")
    assert "token" not in portal.page.url
    portal.get("send").click()
    expect(portal.message("Un brouillon qui reste")).to_have_attribute("data-seq", "2")
    assert portal.page.evaluate("globalThis.isSamePage"), "nothing was loaded anew"


def a_link_of_somebody_else_asks_first(desk):
    portal = desk.portal()
    other = people.client("Mallory")
    go = "hash => { location.hash = hash; }"
    portal.page.evaluate(go, link(desk, other))
    expect(portal.get("other-person")).to_contain_text("Mallory")
    assert "token" not in portal.page.url
    portal.get("other-stay").click()
    expect(portal.get("account")).to_have_attribute("aria-label", "Compte de Claire")
    # The same in a new tab, where nobody is signed in yet.
    tab = portal.context.new_page()
    tab.goto(f"{desk.hub.url}/client-portal{link(desk, other)}")
    expect(tab.get_by_test_id("other-person")).to_contain_text("Claire")
    tab.get_by_test_id("other-stay").click()
    expect(tab.get_by_test_id("account")).to_have_attribute("aria-label", "Compte de Claire")
    tab.close()
    portal.page.evaluate(go, link(desk, other))
    portal.get("other-become").click()
    expect(portal.get("account")).to_have_attribute("aria-label", "Compte de Mallory")
    expect(portal.get("conn")).to_contain_text("En direct")


def the_cookie_signs_in_and_goes_on(desk):
    desk.ticket("Par le cookie")
    context = desk.browser.new_context(locale="fr-FR")
    context.add_init_script(NO_SHARED_WORKER)

    def set_cookie(ttl):
        token = people.token(desk.client, ttl=ttl)
        fields = {"httpOnly": True, "sameSite": "Lax", "url": desk.hub.url}
        context.add_cookies([{"name": "token", "value": token, **fields}])

    set_cookie(10)
    page = context.new_page()
    page.goto(f"{desk.hub.url}/client-portal")
    expect(page.get_by_test_id("conn")).to_contain_text("En direct")
    page.get_by_test_id("ticket-row").filter(has_text="Par le cookie").click()
    page.get_by_test_id("composer").fill("Écrit avec le cookie")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("message").last).to_have_attribute("data-seq", "2")
    # The portal renews the cookie: nobody notices the end of the old one.
    page.evaluate("globalThis.isSamePage = true")
    set_cookie(3600)
    expect(page.get_by_test_id("toast").last).to_contain_text("prolongée", timeout=20_000)
    expect(page.get_by_test_id("conn")).to_contain_text("En direct")
    assert page.evaluate("globalThis.isSamePage")
    # Who signs out is not signed in by the cookie again, but by asking for it.
    page.get_by_test_id("account").click()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    context.close()


def test_108_people_are_sent_to_where_they_sign_in(embedded, start_hub):
    hub = start_hub(embedded, SIGN_IN_URL="/?from={return}")
    with chromium() as browser:
        desk = Desk(browser, hub)
        page = browser.new_page()
        page.goto(f"{hub.url}/client-portal?view=x")
        page.wait_for_url("**/?from=http*client-portal*")
        # Who comes back as nobody at once is not sent in circles.
        page.goto(f"{hub.url}/client-portal")
        expect(page.get_by_test_id("sign-in-link")).to_be_visible()
        page.close()
        portal = desk.portal()
        portal.get("account").click()
        portal.get("sign-out").click()
        portal.page.wait_for_url("**/?from=*")
        expired = desk.open(desk.client, token=people.token(desk.client, ttl=6))
        expired.page.wait_for_url("**/?from=*", timeout=20_000)
        desk.close()
