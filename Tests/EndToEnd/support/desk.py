"""People and tickets, open in browsers: the common start of the browser tests."""

from playwright.sync_api import expect

from support import people
from support.browser import Screen

LIVE = {"fr": "En direct", "en": "Live"}


class Desk:
    """One hub, one client with tickets, one technician; and the pages that a test opens."""

    def __init__(self, browser, hub):
        self.browser = browser
        self.hub = hub
        self.client = people.client("Claire")
        self.lina = people.technician("Lina")
        self.screens = []

    def ticket(self, title="Le badge ne s’ouvre plus", **fields):
        return self.hub.rest(self.client).create(title=title, **fields)

    def open(self, someone, language="fr", **options):
        """A page of this person, live."""
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        screen = Screen(self.browser, self.hub, someone, locale=locale, **options)
        self.screens.append(screen)
        expect(screen.get("conn")).to_contain_text(LIVE[language], timeout=20_000)
        return screen

    def console(self, view="all", **options):
        screen = self.open(self.lina, **options)
        screen.get(f"view-{view}").click()
        return screen

    def portal(self, **options):
        return self.open(self.client, **options)

    def close(self):
        for screen in self.screens:
            screen.context.close()


def open_thread(screen, title):
    screen.row(title).first.click()
    expect(screen.get("thread-title")).to_contain_text(title)
