"""Faults that both pages handle alike: no sockets, no network, too many requests; and the title."""

from playwright.sync_api import expect

from support.browser import PAGES, Screen
from support.desk import open_thread
from support.observe import wait_until

# Sockets that a network refuses, at the luckiest of waits between the attempts.
NO_SOCKETS = """
    globalThis.WebSocket = class {
        readyState = 0;
        constructor() { setTimeout(() => { this.readyState = 3; this.onclose?.({ code: 1006 }); }); }
        send() {}
        close() {}
    };
    Math.random = () => 0;
"""

# Every text that the notices ever had.
KEEP_NOTICES = """() => {
    globalThis.notices = [];
    new MutationObserver(() => {
        const text = document.querySelector('.toast p')?.textContent;
        if (text) notices.push(text);
    }).observe(document.querySelector('.toasts'), { childList: true, characterData: true, subtree: true });
}"""


# What the service worker has for a visit without a hub.
KEPT_PATHS = """async () => {
    const cache = await caches.open('guichet-shell-1');
    return (await cache.keys()).map(({ url }) => new URL(url).pathname.split('/').pop());
}"""
KEPT = {"client-portal", "portal.js", "client-portal-page.css"}
#: What is fetched on first use.
LATE = {"portal-late.js", "create.css", "reading.css", "inter.woff2"}

#: Somebody who has allowed notifications, and looks at another window.
ELSEWHERE = """
    globalThis.shown = [];
    globalThis.Notification = class {
        static permission = 'granted';
        constructor(title, { body }) { shown.push([title, body]); }
        close() {}
    };
    document.hasFocus = () => false;
    localStorage.setItem('guichet.preferences', '{"notifies":true}');
"""


def test_where_websockets_are_refused_rest_carries_the_same(desk):
    ticket = desk.ticket("Sans socket")
    screen = Screen(desk.browser, desk.hub, desk.client)
    desk.screens.append(screen)
    screen.context.add_init_script(NO_SOCKETS)
    screen.visit(f"{desk.hub.url}{PAGES['client']}?lang=fr")
    expect(screen.get("conn")).to_contain_text("Mode dégradé", timeout=30_000)
    open_thread(screen, "Sans socket")
    desk.hub.rest(desk.lina).say(ticket["id"], "Vous me lisez ?")
    screen.compose("Par un autre chemin")
    expect(screen.message("Par un autre chemin")).to_have_attribute("data-seq", "3", timeout=30_000)
    expect(screen.message("Vous me lisez ?")).to_have_count(1)
    # U1: what is refused stays, with its reason, and may be tried again.
    refused = {"type": "about:blank", "status": 403, "code": "forbidden", "detail": "No."}
    path = f"**/api/tickets/{ticket['id']}"
    screen.page.route(path, lambda route: route.fulfill(status=403, json=refused))
    screen.compose("Ceci est refusé")
    message = screen.message("Ceci est refusé")
    expect(message).to_have_attribute("data-delivery", "failed")
    expect(message.get_by_test_id("delivery-reason")).to_contain_text("pas le droit")
    screen.page.unroute(path)
    message.get_by_test_id("retry").click()
    expect(screen.message("Ceci est refusé")).to_have_attribute("data-seq", "4", timeout=30_000)


def test_without_a_hub_the_page_comes_back_with_what_it_had(desk):
    desk.ticket("Gardé pour plus tard")
    portal = desk.portal()
    expect(portal.row("Gardé pour plus tard")).to_be_visible()
    kept = KEPT | LATE
    wait_until(lambda: kept <= set(portal.page.evaluate(KEPT_PATHS)), "the shell is kept")
    desk.hub.kill()
    portal.page.reload()
    expect(portal.row("Gardé pour plus tard")).to_be_visible(timeout=20_000)
    expect(portal.get("stale-data")).to_contain_text("Hors ligne")
    # A part that was never opened with the hub is there, with its look.
    portal.get("new-ticket").click()
    expect(portal.get("create-title")).to_be_visible()
    expect(portal.page.locator(".create-form")).to_have_css("display", "grid")
    portal.page.keyboard.press("Escape")
    desk.hub.start()
    expect(portal.get("stale-data")).to_be_hidden(timeout=30_000)


def test_the_title_and_the_icon_tell_what_is_unread(desk):
    ticket = desk.ticket("Réponse attendue")
    portal = desk.portal()
    open_thread(portal, "Réponse attendue")
    portal.page.keyboard.press("Escape")
    portal.page.locator("body").click(position={"x": 4, "y": 4})
    icon = portal.page.locator('link[rel="icon"]')
    expect(portal.row("Réponse attendue")).to_be_visible()
    assert not portal.page.title().startswith("(")
    desk.hub.rest(desk.lina).say(ticket["id"], "Je vous rappelle.")
    expect(icon).to_have_attribute("href", "/favicon-unread.svg")
    assert portal.page.title().startswith("(1) ")
    portal.row("Réponse attendue").click()
    expect(icon).to_have_attribute("href", "/favicon.svg", timeout=10_000)
    assert not portal.page.title().startswith("(")
    a_reply_while_one_looks_elsewhere_is_a_notification(desk, portal, ticket)


def a_reply_while_one_looks_elsewhere_is_a_notification(desk, portal, ticket):
    portal.context.add_init_script(ELSEWHERE)
    portal.page.reload()
    expect(portal.get("conn")).to_contain_text("En direct", timeout=20_000)
    # What listens comes after the page: words that were said before it are said again.
    shown = [f"{ticket['ref']} · Réponse attendue", "Lina a répondu"]
    wait_until(lambda: told(desk, portal, ticket) == shown, "a notification of the browser", 40)
    assert portal.errors == []


def told(desk, portal, ticket):
    desk.hub.rest(desk.lina).say(ticket["id"], "Toujours en panne ?")
    return portal.page.evaluate("shown[0] ?? new Promise((later) => setTimeout(() => later(shown[0]), 1000))")


def test_too_many_requests_count_down(desk):
    ticket = desk.ticket("Longue histoire")
    for number in range(55):
        desk.hub.rest(desk.client).say(ticket["id"], f"Message {number}")
    portal = desk.portal()
    open_thread(portal, "Longue histoire")
    portal.page.route(
        "**/events?*",
        lambda route: route.fulfill(
            status=429,
            headers={"Retry-After": "4", "Content-Type": "application/problem+json"},
            body='{"status":429,"code":"rate_limited","title":"Too many requests"}',
        ),
    )
    portal.page.evaluate(KEEP_NOTICES)
    portal.get("older").click()
    expect(portal.get("toast")).to_have_count(1)
    expect(portal.get("toast")).to_have_count(0, timeout=15_000)
    shown = [int(text.split("dans ")[1].split()[0]) for text in portal.page.evaluate("notices")]
    assert shown[0] == 4 and shown == sorted(shown, reverse=True)
    assert len(set(shown)) > 2, shown
    portal.page.unroute("**/events?*")
    portal.get("older").click()
    expect(portal.message("Message 0")).to_have_count(1)
