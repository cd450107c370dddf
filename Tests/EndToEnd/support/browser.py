"""A real browser: the system's Chromium, one page for each person, with a record of all that it
received."""

import contextlib
import os
import shutil

from playwright.sync_api import expect, sync_playwright

from support import people

# Playwright does not see the frames of a shared worker; without one the page that leads has them.
NO_SHARED_WORKER = "delete globalThis.SharedWorker"

# The usual five seconds pass on a busy machine without a fault behind it.
expect.set_options(timeout=15_000)

PAGES = {"client": "/client-portal", "technician": "/admin/tickets", "admin": "/admin/tickets"}


@contextlib.contextmanager
def chromium(*arguments):
    path = os.environ.get("GUICHET_CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium: run scripts/packages test"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *arguments])
        try:
            yield browser
        finally:
            browser.close()


class Screen:
    """A person's page in a browser context of its own."""

    def __init__(self, browser, hub, someone, token=None, **options):
        options = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}, **options}
        self.context = browser.new_context(**options)
        self.context.add_init_script(NO_SHARED_WORKER)
        self.page = self.context.new_page()
        self.received = []  # the text of every WebSocket frame and every answer of the API
        self.errors = []
        self.loads = 0
        self.page.on("websocket", self._keep_frames)
        self.page.on("response", self._keep_answer)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._keep_error)
        self.page.on("load", self._count_load)
        self.page.goto(f"{hub.url}{PAGES[someone.role]}#token={token or people.token(someone)}")

    def _keep_frames(self, socket):
        # Playwright marks its handlers, which a built-in such as `append` does not suffer.
        socket.on("framereceived", lambda frame: self.received.append(frame))

    def _keep_answer(self, answer):
        if "/api/" in answer.url and answer.status == 200:
            with contextlib.suppress(Exception):  # the body of an aborted answer is gone
                self.received.append(answer.text())

    def _keep_error(self, message):
        # A hub without notifications says so, which the browser counts as an error.
        is_absent = "/api/notifications" in message.location.get("url", "")
        if message.type == "error" and not is_absent:
            self.errors.append(message.text)

    def _count_load(self):
        self.loads += 1

    def visit(self, url):
        """Goes to another address once the page has kept the token of its sign-in link."""
        self.page.wait_for_function("sessionStorage.getItem('guichet.token') !== null")
        self.page.goto(url)

    def get(self, testid):
        return self.page.get_by_test_id(testid)

    def row(self, title):
        return self.get("ticket-row").filter(has_text=title)

    def message(self, body):
        return self.get("message").filter(has_text=body)

    def compose(self, body):
        self.get("composer").fill(body)
        self.get("send").click()

    @property
    def received_text(self):
        texts = (f if isinstance(f, str) else f.decode(errors="replace") for f in self.received)
        return "".join(texts)
