"""The pages below a path of a site, behind nginx, in a browser: they request nothing outside of
it."""

import contextlib
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from support import people
from support.certificates import Certificate
from support.files import PNG
from support.proxies import Nginx

BASE = "/support"
SIGN_IN = "/sign-in?to={return}"
# A service worker is fetched over TLS that is trusted, or not at all.
BROWSER_OPTIONS = ("--ignore-certificate-errors",)
TICKET = {
    "title": "Badge",
    "description": "It does not open.",
    "category": "incident",
    "priority": "normal",
    "project": "atelier",
}
AT_ROOT = "    location / {\n        proxy_pass http://guichet;\n    }\n"
COMMENTED = re.compile(
    r"^    #(?=location /support/|    proxy_pass http://guichet/;|\})", re.MULTILINE
)
# What the browser was told of, and what it asked for.
SCOPE = "navigator.serviceWorker.ready.then(({ scope }) => scope)"
MANIFEST = """async () => {
    const url = document.querySelector('link[rel=manifest]').href;
    const { start_url: start, scope, icons } = await (await fetch(url)).json();
    return [url, ...[start, scope, icons[0].src].map((each) => new URL(each, url).href)];
}"""


class PathProxy(Nginx):
    """nginx with the commented location of its file, in place of the active one."""

    def __init__(self, folder, hub, certificate, takes_away):
        self.target = "http://guichet/;" if takes_away else "http://guichet;"
        super().__init__(folder, hub, certificate, {AT_ROOT: ""})
        text, count = COMMENTED.subn("    ", self.configuration.read_text())
        assert count == 3
        self.configuration.write_text(text.replace("http://guichet/;", self.target))


class Visit:
    """A browser context that records every request and console error."""

    def __init__(self, browser, proxy):
        self.context = browser.new_context(ignore_https_errors=True, locale="en-GB")
        self.page = self.context.new_page()
        self.site = f"{proxy.url}{BASE}/"
        self.asked, self.faults = [], []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self.keep)

    def keep(self, message):
        if message.type == "error":
            self.faults.append(message.text)

    def get(self, testid):
        return self.page.get_by_test_id(testid)

    def end(self):
        self.context.close()
        assert self.faults == []
        within = (self.site, self.site.replace("https", "wss", 1), "blob:", "data:")
        assert [url for url in self.asked if not url.startswith(within)] == []


@pytest.fixture
def start_proxy(tmp_path, embedded, start_hub):
    hub = start_hub(embedded, BASE_PATH=BASE, SIGN_IN_URL=SIGN_IN)
    with contextlib.ExitStack() as running:

        def start(takes_away):
            proxy = PathProxy(tmp_path, hub, Certificate(tmp_path), takes_away)
            return running.enter_context(proxy)

        yield start


def test_the_portal_works_below_a_path_that_the_proxy_takes_away(browser, start_proxy, client):
    proxy = start_proxy(takes_away=True)
    answer = proxy.rest(client, base=BASE).call("POST", "/api/tickets", 201, json=TICKET)
    assert answer.headers["Location"] == f"{BASE}/api/tickets/{answer.json()['id']}"
    portal = Visit(browser, proxy)
    portal.page.goto(f"{portal.site}#token={people.token(client)}")
    expect(portal.get("conn")).to_contain_text("Live", timeout=20_000)
    portal.page.wait_for_url(f"{portal.site}client-portal**")
    portal.get("ticket-row").filter(has_text="Badge").click()
    portal.page.locator("input[type=file]").first.set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}
    )
    portal.get("composer").fill("It is open.")
    portal.get("send").click()
    expect(portal.get("message").filter(has_text="It is open.")).to_be_visible()
    portal.get("attachment").last.click()
    expect(portal.get("image-dialog")).to_be_visible()
    for address in portal.page.evaluate(MANIFEST):
        assert address.startswith(portal.site)
    portal.end()


def test_the_console_works_below_a_path_that_stays(browser, start_proxy, client, lina):
    proxy = start_proxy(takes_away=False)
    proxy.rest(client, base=BASE).post("/api/tickets", TICKET)
    console = Visit(browser, proxy)
    console.page.goto(f"{console.site}admin/tickets#token={people.token(lina)}")
    expect(console.get("ticket-row").filter(has_text="Badge")).to_be_visible(timeout=20_000)
    assert console.page.evaluate(SCOPE) == console.site
    console.page.goto(f"{console.site}admin/tickets?panel=reports")
    sheet = f"link[href^='{BASE}/assets/'][href$='/styles/reports.css']"
    expect(console.page.locator(sheet)).to_have_count(1, timeout=20_000)
    assert any(url.endswith("/net/hub-worker.js") for url in console.asked)
    console.end()

    nobody = Visit(browser, proxy)
    nobody.page.goto(f"{nobody.site}client-portal")
    page = quote(f"{nobody.site}client-portal", safe="")
    nobody.page.wait_for_url(f"{proxy.url}/sign-in?to={page}")
    nobody.context.close()
