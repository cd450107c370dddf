"""Every screen against axe-core (WCAG 2.2 AA), in both themes and languages, and at 200 % zoom."""

import pathlib

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from support.desk import open_thread
from support.rules import SLA

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# One test lets axe look at up to a dozen screens, each for seconds on a busy machine.
pytestmark = pytest.mark.timeout(300)

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
LOOKS = [("fr", "light"), ("en", "dark")]


@pytest.fixture
def desk(desk):
    for title, priority in (("Panne du four", "urgent"), ("Accès perdu", "normal")):
        desk.ticket(title, priority=priority)
    ticket = desk.ticket("Conversation suivie")
    rest = desk.hub.rest(desk.lina)
    rest.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    rest.say(ticket["id"], "Une note", internal=True)
    rest.say(ticket["id"], "Bonjour, voyez https://example.org")
    return desk


def violations(page):
    """What axe finds, as lines: the rule and where. Its script comes by the debugger's way, which
    the page's own policy has no say in."""
    page.evaluate(AXE + "; 0")
    found = page.evaluate(RUN)["violations"]
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def check(screen, name, failures):
    screen.page.wait_for_function(
        "() => document.getAnimations().every((each) => each.playState !== 'running')"
    )
    failures += [f"{name}: {line}" for line in violations(screen.page)]


@pytest.mark.parametrize("language,theme", LOOKS)
def test_the_portal_has_no_violation(desk, language, theme):
    portal = desk.portal(language=language, color_scheme=theme, reduced_motion="reduce")
    failures = []
    check(portal, "list", failures)
    portal.get("tab-overview").click()
    check(portal, "overview", failures)
    portal.get("tab-tickets").click()
    open_thread(portal, "Conversation suivie")
    check(portal, "thread", failures)
    portal.get("new-ticket").first.click()
    portal.get("create-submit").click()
    check(portal, "form with errors", failures)
    portal.page.keyboard.press("Escape")
    portal.get("conn").click()
    check(portal, "connection", failures)
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("language,theme", LOOKS)
def test_the_console_has_no_violation(desk, language, theme):
    console = desk.console(language=language, color_scheme=theme, reduced_motion="reduce")
    failures = []
    expect(console.get("ticket-row")).to_have_count(3)
    check(console, "queue", failures)
    open_thread(console, "Conversation suivie")
    check(console, "thread", failures)
    console.get("mode-note").click()
    check(console, "note", failures)
    console.get("tick").first.check()
    console.get("filters").click()
    check(console, "filters and bulk", failures)
    console.page.keyboard.press("Escape")
    for key, name in (("Control+k", "palette"), ("?", "shortcuts")):
        console.page.locator(".pane-title").first.click()
        console.page.keyboard.press(key)
        check(console, name, failures)
        console.page.keyboard.press("Escape")
    console.get("account").click()
    console.get("open-preferences").click()
    expect(console.get("preferences")).to_be_visible()
    check(console, "preferences", failures)
    console.page.keyboard.press("Escape")
    console.page.route("**/api/stats**", lambda route: route.fulfill(status=503, json={}))
    console.get("view-reports").click()
    expect(console.get("live-open")).to_have_text("3")
    check(console, "reports", failures)
    console.page.route("**/api/sla", lambda route: route.fulfill(json=SLA))
    console.get("view-settings").click()
    console.get("reply-new").click()
    console.get("reply-save").click()
    check(console, "quick reply with errors", failures)
    console.get("tab-sla").click()
    expect(console.get("policy")).to_have_count(2)
    check(console, "rules", failures)
    console.get("view-all").click()
    console.get("filter").fill("conversation")
    console.get("save-view").click()
    check(console, "saving a view", failures)
    console.page.keyboard.press("Escape")
    open_thread(console, "Conversation suivie")
    console.context.set_offline(True)
    expect(console.get("away")).to_be_visible()
    console.get("resolve").focus()
    check(console, "away", failures)
    assert not failures, "\n".join(failures)


def test_landing_and_sign_in_have_no_violation(browser, hub_alone):
    failures = []
    for path in ("/", "/client-portal", "/admin/tickets"):
        page = browser.new_page(locale="fr-FR")
        page.goto(hub_alone.url + path)
        page.locator("main *").first.wait_for()
        expect(page.locator("h1").first).to_be_visible()
        failures += [f"{path}: {line}" for line in violations(page)]
        page.close()
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("role", ["client", "technician"])
def test_at_twice_the_size_nothing_scrolls_sideways(desk, role):
    """360 CSS pixels at 200 % are 180."""
    someone = desk.client if role == "client" else desk.lina
    viewport = {"width": 180, "height": 400}
    screen = desk.open(someone, viewport=viewport)
    if role == "technician":
        screen.get("view-all").click()
    expect(screen.row("Conversation suivie").first).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert screen.page.evaluate(overflow) == 0
    open_thread(screen, "Conversation suivie")
    assert screen.page.evaluate(overflow) == 0
