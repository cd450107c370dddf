"""Fixtures: a hub on each store, and people with clients."""

import contextlib
import os

import pytest

from support import people, stores
from support.adopting import Old
from support.browser import chromium
from support.desk import Desk
from support.hub import Hub, require_binary

# Pictures for the documentation are made on request, not on every run.
collect_ignore = [] if os.environ.get("GUICHET_SCREENSHOTS") else ["test_screenshots.py"]


def pytest_collection_modifyitems(items):
    if not os.environ.get("GUICHET_SLOW"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow; set GUICHET_SLOW=1"))


@pytest.fixture(scope="session", autouse=True)
def binary():
    require_binary()


@pytest.fixture
def start_hub(tmp_path):
    """Makes hubs on a store, with options and settings. Those that still run at the end of the
    test are stopped and must end well."""
    hubs = []

    def start(store, options=(), **settings):
        folder = tmp_path / f"hub-{len(hubs)}"
        folder.mkdir()
        hub = Hub(store, folder, options, **settings)
        hubs.append(hub)
        return hub.start()

    yield start
    for hub in hubs:
        hub.close_clients()
    failures = []
    for hub in hubs:
        if not hub.is_running:
            continue
        try:
            hub.stop()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, "\n".join(failures)


@pytest.fixture(params=["sqlite", "mongodb"])
def store(request, tmp_path):
    """An empty store of each kind."""
    store = stores.available(request.param, tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    yield store
    store.remove()


@pytest.fixture
def old(tmp_path):
    """An empty database of an old portal."""
    store = stores.available("mongodb", tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    old = Old(store.server)
    yield old
    old.remove()


@pytest.fixture
def hub(store, start_hub):
    """A hub on an empty store, once for each kind of store."""
    return start_hub(store)


@pytest.fixture
def embedded(tmp_path):
    """An empty embedded store, for tests that do not depend on the store."""
    return stores.SQLite(tmp_path)


@pytest.fixture
def hub_alone(embedded, start_hub):
    """A hub on the embedded store only."""
    return start_hub(embedded)


@pytest.fixture(scope="module")
def browser(request):
    """One Chromium for the tests of a file; every page has a browser context of its own. A start
    costs two seconds. All files could share one, but then a browser that crashed, or whose driver
    a timeout interrupted, would fail every later file. The file's BROWSER_OPTIONS are its options."""
    with chromium(*getattr(request.module, "BROWSER_OPTIONS", ())) as browser:
        yield browser


@pytest.fixture
def desk(browser, hub_alone):
    """People with pages open on the hub of the embedded store."""
    desk = Desk(browser, hub_alone)
    yield desk
    desk.close()


@pytest.fixture
def start_desk(browser, embedded, start_hub):
    """Starts a hub with these settings on the embedded store, for people with pages open on it."""
    with contextlib.ExitStack() as opened:

        def start(**settings):
            desk = Desk(browser, start_hub(embedded, **settings))
            opened.callback(desk.close)
            return desk

        yield start


@pytest.fixture
def client():
    return people.client("Claire")


@pytest.fixture
def lina():
    return people.technician("Lina")


@pytest.fixture
def sam():
    return people.technician("Sam")


@pytest.fixture
def admin():
    return people.admin("Gabriel")
