"""A long conversation: how much of the page it takes, and how little a new message redraws."""

from playwright.sync_api import expect

from support.desk import open_thread
from support.observe import wait_until

MESSAGES = 300
ELEMENTS_MAX = 4000
ALL = "document.querySelectorAll('[data-testid=log] *').length"
SETTLED = "() => !document.querySelector('[data-testid=older]').hasAttribute('aria-busy')"
#: Counts elements that leave the log, and messages that change.
WATCH = """() => {
    globalThis.changes = { added: [], removed: 0, touched: new Set() };
    const log = document.querySelector('[data-testid=log]');
    new MutationObserver((records) => {
        for (const { type, target, addedNodes, removedNodes } of records) {
            if (target === log && type === 'childList') {
                changes.added.push(...[...addedNodes].map((node) => node.textContent));
                changes.removed += removedNodes.length;
            } else changes.touched.add(target.closest?.('article')?.dataset.seq);
        }
    }).observe(log, { childList: true, subtree: true, attributes: true });
}"""


def test_three_hundred_messages_are_light_and_a_new_one_draws_only_itself(desk):
    ticket = desk.ticket("Une longue conversation")
    authors = [desk.hub.rest(desk.client), desk.hub.rest(desk.lina)]
    for number in range(MESSAGES - 1):
        authors[number % 2].say(ticket["id"], f"Message {number}")
    console = desk.console()
    open_thread(console, "Une longue conversation")
    messages, older = console.get("message"), console.get("older")
    expect(console.message(f"Message {MESSAGES - 2}")).to_be_visible()
    while older.is_visible():
        before = messages.count()
        older.click()
        wait_until(lambda before=before: messages.count() > before, "older messages")
        console.page.wait_for_function(SETTLED)
    expect(messages).to_have_count(MESSAGES)
    assert console.page.evaluate(ALL) <= ELEMENTS_MAX

    console.page.evaluate(WATCH)
    authors[0].say(ticket["id"], "La dernière nouvelle")
    expect(console.message("La dernière nouvelle")).to_have_count(1)
    changes = console.page.evaluate("({ ...changes, touched: [...changes.touched] })")
    assert changes["removed"] == 0
    assert len(changes["added"]) == 1
    assert len(changes["touched"]) <= 2, "of the others, only a read mark may move"
    # The menu of a message is made when it is opened.
    message = console.message("La dernière nouvelle")
    assert message.locator(".menu-item").count() == 0
    message.hover()
    message.get_by_test_id("message-more").click()
    expect(message.get_by_test_id("quote")).to_be_visible()
    assert console.errors == []
