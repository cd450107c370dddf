"""How the pages load: few requests, addresses that are kept for good, and an upgrade under an open
page."""

import pathlib
import re
import shutil

import pytest
import requests
from playwright.sync_api import expect

from support.desk import Desk

WEB = pathlib.Path(__file__).resolve().parents[2] / "web"
PAGES = {
    "/client-portal": "portal.js",
    "/admin/tickets": "console.js",
    "/": "main.js",
}
FOR_GOOD = "public, max-age=31536000, immutable"
#: The page, its early script, theme, sheet and modules, then data: no request waits for a third one.
BEFORE_ROWS_MAX = 12
BEFORE_ROWS = """() => performance.getEntriesByType('resource')
    .filter(({ initiatorType }) => ['script', 'link', 'other'].includes(initiatorType)).length"""


def addresses(page):
    return re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)


@pytest.fixture
def copied(tmp_path):
    """A copy of the web client that a test may change."""
    folder = tmp_path / "web"
    shutil.copytree(WEB, folder, ignore=shutil.ignore_patterns("tests"))
    return folder


def test_what_a_page_names_is_cached_as_immutable(hub_alone):
    for page, entry in PAGES.items():
        answer = requests.get(hub_alone.url + page, timeout=20)
        assert answer.headers["Cache-Control"] == "no-cache"
        named = addresses(answer.text)
        assert any(address.endswith(f"/{entry}") for address in named), f"{page}: {named}"
        assert "modulepreload" not in answer.text, f"{page}: its modules are not joined"
        for address in named:
            file = requests.get(hub_alone.url + address, timeout=20)
            assert file.status_code == 200, address
            assert file.headers["Cache-Control"] == FOR_GOOD
            assert file.headers.get("Content-Encoding") == "gzip" or len(file.content) < 600
            known = {"If-None-Match": file.headers["ETag"]}
            assert requests.get(hub_alone.url + address, headers=known, timeout=20).status_code == 304


def test_addresses_change_with_the_content_and_old_ones_end(embedded, start_hub, copied):
    hub = start_hub(embedded, ["--web", str(copied)])
    before = addresses(requests.get(f"{hub.url}/client-portal", timeout=20).text)
    hub.stop()
    hub.start()
    page = requests.get(f"{hub.url}/client-portal", timeout=20).text
    assert addresses(page) == before, "the same files have the same addresses"
    hub.stop()
    with (copied / "styles/tokens.css").open("a") as sheet:
        sheet.write("\n/* another build */\n")
    hub.start()
    page = requests.get(f"{hub.url}/client-portal", timeout=20).text
    assert not set(addresses(page)) & set(before)
    for address in before:
        answer = requests.get(hub.url + address, timeout=20)
        assert answer.status_code == 404, "never a page, and never another build's file"
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("who", ["client", "technician"])
def test_a_page_needs_few_requests_before_its_rows(desk, who):
    desk.ticket("Peu de requêtes")
    screen = desk.portal() if who == "client" else desk.console()
    expect(screen.row("Peu de requêtes")).to_be_visible()
    assert screen.page.evaluate(BEFORE_ROWS) <= BEFORE_ROWS_MAX
    assert screen.errors == []


def test_the_portal_asks_for_its_tickets_before_its_modules_run(desk):
    desk.ticket("Demandé tôt")
    portal = desk.portal()
    expect(portal.row("Demandé tôt")).to_be_visible()
    portal.page.reload()
    expect(portal.row("Demandé tôt")).to_be_visible()
    asked = portal.page.evaluate("""() => performance.getEntriesByType('resource')
        .filter(({ name }) => new URL(name).pathname === '/api/tickets')
        .map(({ initiatorType, name }) => new URL(name).search)""")
    assert asked.count("?limit=200&sort=-updatedAt") >= 1
    assert portal.page.evaluate("globalThis.guichetEarly.answers.size") == 0, "each answer was used"


def test_a_page_that_was_open_during_an_upgrade_works_on_and_says_so(
    browser, embedded, start_hub, copied
):
    hub = start_hub(embedded, ["--web", str(copied)])
    desk = Desk(browser, hub)
    desk.ticket("Avant la mise à jour")
    console = desk.console()
    console.row("Avant la mise à jour").first.click()
    expect(console.get("composer")).to_be_visible()
    console.get("composer").fill("Un brouillon")
    console.page.wait_for_function("""() => performance.getEntriesByType('resource')
        .some(({ name, responseEnd }) => name.endsWith('/console-late.js') && responseEnd > 0)""")
    hub.stop()
    with (copied / "styles/tokens.css").open("a") as sheet:
        sheet.write("\n/* another build */\n")
    hub.start()
    expect(console.get("conn")).to_contain_text("Nouvelle version", timeout=40_000)
    expect(console.get("composer")).to_have_value("Un brouillon")
    assert console.loads == 1, "it never reloads by itself"
    # A part that was not used yet.
    console.page.keyboard.press("Escape")
    console.page.keyboard.press("Control+k")
    expect(console.get("palette-field")).to_be_visible()
    console.page.keyboard.press("Escape")
    console.get("conn").click()
    expect(console.get("conn")).to_contain_text("En direct", timeout=20_000)
    expect(console.get("composer")).to_have_value("Un brouillon")
    desk.close()


def test_a_page_whose_late_parts_are_gone_says_that_there_is_a_new_version(desk):
    desk.ticket("Partie absente")
    portal = desk.portal()
    expect(portal.row("Partie absente")).to_be_visible()
    portal.context.route("**/portal-late.js", lambda route: route.fulfill(status=404))
    portal.context.route("**/sw.js", lambda route: route.abort())
    portal.page.reload()
    expect(portal.get("conn")).to_contain_text("Nouvelle version", timeout=20_000)
