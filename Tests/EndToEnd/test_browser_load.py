"""The console under load: ten thousand tickets, two hundred events a second for a minute."""

import concurrent.futures
import itertools
import threading
import time

import pytest
from playwright.sync_api import expect

from support.desk import Desk

TICKETS = 10_000
EVENTS_PER_SECOND = 200
SECONDS = 60
LATENCY_MS = 100
GROWTH_BYTES = 30_000_000

#: The browser's own measure, from a key to the next paint.
OBSERVE = """
globalThis.latencies = [];
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.name === 'keydown') latencies.push(entry.duration);
    }
}).observe({ type: 'event', durationThreshold: 16 });
"""


def seed(hub, client):
    def some(numbers):
        rest = hub.rest(client)
        return [rest.create(title=f"Ticket {number}")["id"] for number in numbers]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        parts = pool.map(some, [range(start, TICKETS, 4) for start in range(4)])
        return list(itertools.chain(*parts))


def disturb(hub, person, ids, stop, counts):
    """Changes priorities at an even pace until told to stop."""
    rest = hub.rest(person)
    priorities = itertools.cycle(["low", "normal", "high", "urgent"])
    next_at = time.monotonic()
    for ticket in itertools.cycle(ids):
        if stop.is_set():
            return
        rest.patch(f"/api/tickets/{ticket}", {"priority": next(priorities)})
        counts.append(1)
        next_at += 4 / EVENTS_PER_SECOND
        time.sleep(max(0, next_at - time.monotonic()))


def heap(page):
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return page.evaluate("performance.memory.usedJSHeapSize")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_typing_stays_quick_while_everything_changes(browser, embedded, start_hub):
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    desk = Desk(browser, hub)
    ids = seed(hub, desk.client)
    console = desk.console()
    page = console.page
    more = page.get_by_test_id("queue-more")
    expect(more).to_be_visible()
    while more.is_visible():
        more.click()
        expect(more).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_test_id("ticket-row").first).to_be_visible()
    assert page.locator(".queue-row").count() < 100, "a long list shows what is in sight"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    console.get("composer").wait_for()

    before = heap(page)
    stop, counts = threading.Event(), []
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for part in range(4):
            pool.submit(disturb, hub, desk.lina, ids[part::4], stop, counts)
        page.evaluate(OBSERVE)
        console.get("composer").focus()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            page.keyboard.type("mot ", delay=60)
        stop.set()
    latencies = sorted(page.evaluate("latencies"))
    growth = heap(page) - before
    rate = len(counts) / SECONDS
    worst = latencies[int(len(latencies) * 0.98) - 1] if latencies else 0
    print(f"{rate:.0f} events/s, 98 % of keys within {worst} ms, heap {growth / 1e6:+.1f} MB")
    expect(console.get("conn")).to_contain_text("En direct")
    assert rate > EVENTS_PER_SECOND / 2, "the events did not come"
    assert worst <= LATENCY_MS
    assert growth < GROWTH_BYTES
    desk.close()
