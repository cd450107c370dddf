"""Sign-in and renewal of a session: the cookie, a fresh link, another person's link, a sign-in
page."""

from playwright.sync_api import expect

from support import people
from support.browser import NO_SHARED_WORKER
from support.desk import Desk, open_thread
from support.observe import wait_until

#: A toast goes by itself, so all that were there are kept.
KEEP_TOASTS = """
    globalThis.said = [];
    new MutationObserver(() => said.push(document.querySelector('.toasts').textContent))
        .observe(document.querySelector('.toasts'), { childList: true });
"""
EXPIRED = "Votre session a expiré"


def link(desk, someone, ttl=3600):
    return f"#token={people.token(someone, ttl=ttl)}"


def test_sessions_begin_and_go_on(desk):
    # Sessions run out while the others are looked at.
    desk.ticket("Longue réponse")
    cookie = CookiePage(desk, ttl=12)
    cookie.writes()
    portal = desk.open(desk.client, token=people.token(desk.client, ttl=8))
    a_fresh_link_goes_on_with_the_draft(desk, portal)
    cookie.goes_on_with_a_newer_one()
    a_link_of_somebody_else_asks_first(desk)


def a_fresh_link_goes_on_with_the_draft(desk, portal):
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
    expect(portal.message("Un brouillon qui reste")).to_have_attribute("data-seq", "3")
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
    # The same in a new tab without a session.
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


class CookiePage:
    """A page without its own token: the browser sends the portal's cookie."""

    def __init__(self, desk, ttl):
        self.desk = desk
        self.context = desk.browser.new_context(locale="fr-FR")
        self.context.add_init_script(NO_SHARED_WORKER)
        self.set_cookie(ttl)
        self.page = self.context.new_page()
        self.get = self.page.get_by_test_id
        self.page.goto(f"{desk.hub.url}/client-portal")
        expect(self.get("conn")).to_contain_text("En direct")

    def set_cookie(self, ttl):
        token = people.token(self.desk.client, ttl=ttl)
        fields = {"httpOnly": True, "sameSite": "Lax", "url": self.desk.hub.url}
        self.context.add_cookies([{"name": "token", "value": token, **fields}])

    def writes(self):
        self.get("ticket-row").filter(has_text="Longue réponse").click()
        self.get("composer").fill("Écrit avec le cookie")
        self.get("send").click()
        expect(self.get("message").last).to_have_attribute("data-seq", "2")
        self.page.evaluate(KEEP_TOASTS)
        self.set_cookie(3600)  # nobody notices the end of the old one

    def asks_before_a_link_replaces_it(self):
        """Also where no page of the hub is open meanwhile, and with a link that is no token."""
        account = self.get("account")
        self.page.goto("about:blank")
        self.page.goto(f"{self.desk.hub.url}/client-portal{link(self.desk, people.client('Mallory'))}")
        expect(self.get("other-person")).to_contain_text("Claire")
        self.get("other-stay").click()
        expect(account).to_have_attribute("aria-label", "Compte de Claire")
        self.page.goto("about:blank")
        self.page.goto(f"{self.desk.hub.url}/client-portal#token=garbage")
        expect(account).to_have_attribute("aria-label", "Compte de Claire")

    def goes_on_with_a_newer_one(self):
        # What is gathered there is lost where a page is loaded anew.
        went_on = "said.some((text) => text.includes('prolongée'))"
        wait_until(lambda: self.page.evaluate(went_on), "the session to go on", seconds=30)
        expect(self.get("conn")).to_contain_text("En direct")
        self.asks_before_a_link_replaces_it()
        # Who signs out is not signed in by the cookie again, but by asking for it.
        self.get("account").click()
        self.get("sign-out").click()
        expect(self.get("sign-in")).to_be_visible()
        self.context.close()


def test_people_are_sent_to_where_they_sign_in(browser, embedded, start_hub):
    hub = start_hub(embedded, SIGN_IN_URL="/?from={return}")
    desk = Desk(browser, hub)
    expired = desk.open(desk.client, token=people.token(desk.client, ttl=12))
    page = browser.new_page()
    page.goto(f"{hub.url}/client-portal?view=x")
    page.wait_for_url("**/?from=http*client-portal*")
    # A return without a session does not cause a redirect loop.
    page.goto(f"{hub.url}/client-portal")
    expect(page.get_by_test_id("sign-in-link")).to_be_visible()
    page.close()
    portal = desk.portal()
    portal.get("account").click()
    portal.get("sign-out").click()
    portal.page.wait_for_url("**/?from=*")
    expired.page.wait_for_url("**/?from=*", timeout=30_000)
    desk.close()
