"""Checks docs/coverage.md: the tests that it names exist, on the stores that it names."""

import ast
import pathlib
import re

from support.hub import ROOT

HERE = pathlib.Path(__file__).parent
ROW = re.compile(r"^\| (.+?) \| (`.+`) \| (\S+) \|$", re.MULTILINE)
FIXTURES = {"store": {"SQLite", "MongoDB"}, "embedded": {"SQLite"}, "profiled": {"MongoDB"}}


def functions(file):
    """The functions of a module, by name, with the names of their parameters."""
    found = ast.walk(ast.parse(file.read_text()))
    return {
        f.name: [argument.arg for argument in f.args.args]
        for f in found
        if isinstance(f, ast.FunctionDef)
    }


def stores_of(name, scopes):
    """The stores of this function, by its parameters or their fixtures. `scopes`: the functions of the
    file, then the shared ones."""
    if name in FIXTURES:
        return FIXTURES[name]
    depth = next((depth for depth, known in enumerate(scopes) if name in known), None)
    if depth is None:
        return set()
    # A fixture that overrides a shared one takes it under the same name.
    return set().union(
        *(
            stores_of(given, scopes[depth + 1 :] if given == name else scopes)
            for given in scopes[depth][name]
        )
    )


def python_test(name):
    file, _, function = name.partition("::")
    scopes = [functions(HERE / file), functions(HERE / "conftest.py")]
    assert function in scopes[0], f"there is no {name}"
    return stores_of(function, scopes)


def swift_test(name):
    suite, _, sentence = name.partition(": ")
    (file,) = (ROOT / "Tests").rglob(f"{suite}.swift")
    text = file.read_text()
    before, found, _ = text.partition(f"func `{sentence}`")
    assert found, f"there is no {name}"
    own = before[before.rindex("@Test") :]
    if "StoreUnderTest.all" in own:
        return FIXTURES["store"]
    return {kind for kind in ("SQLite", "Mongo") if suite.startswith(kind)}


def web_test(name):
    file, _, sentence = name.partition(": ")
    assert f"test('{sentence}'" in (ROOT / "web/tests" / file).read_text(), f"there is no {name}"
    return set()


def test_every_clause_has_its_tests_on_its_stores():
    text = (ROOT / "docs/coverage.md").read_text()
    rows = ROW.findall(text)
    headings = text.count("|---|---|---|")
    assert len(rows) == sum(line.startswith("| ") for line in text.splitlines()) - headings >= 60
    for clause, cell, stores in rows:
        run_on = set()
        for name in re.findall(r"`([^`]+)`", cell):
            find = python_test if "::" in name else web_test if ".js: " in name else swift_test
            run_on |= {"MongoDB" if kind == "Mongo" else kind for kind in find(name)}
        claimed = {"both": {"SQLite", "MongoDB"}, "–": set()}.get(stores, {stores})
        assert claimed <= run_on, f"{clause}: {run_on or 'no store'}, not {stores}"
