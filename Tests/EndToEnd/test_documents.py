"""The documents are consistent: links have targets, and cited sections exist."""

import re
import unicodedata

from support.hub import ROOT

PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("loadtests/*.md")]
)
SOURCES = [
    file
    for folder in ("Sources", "Tests", "web", "loadtests", "scripts", "docs")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.is_file()
    and file.suffix in {"", ".swift", ".py", ".js", ".ts", ".json", ".md", ".html", ".css"}
    and not any(part.startswith(".") for part in file.relative_to(ROOT).parts)
    and not {"results", "corpus", "node_modules", "__pycache__"} & set(file.parts)
]
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
NUMBER = r"\d+(?:\.\d+)*"
CITED = re.compile(rf"docs/protocol\.md ({NUMBER}(?:(?:, | and ){NUMBER})*)")
NUMBERED = re.compile(r"^#{2,3} (\d+(?:\.\d+)?) ", re.MULTILINE)
PAGE = re.compile(r"\b(?:docs|loadtests)/[\w./-]*\.md\b")


def prose(page):
    """The page without its blocks of code, which have no links and no headings."""
    return FENCE.sub("", page.read_text())


def anchors(page):
    """The names that GitHub gives to the headings of a page."""
    found = {}
    names = set()
    for heading in HEADING.findall(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        kept = "".join(
            sign
            for sign in text.lower()
            if sign in " -_" or unicodedata.category(sign)[0] in "LNM"
        )
        name = kept.strip().replace(" ", "-")
        count = found.get(name, 0)
        found[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names | set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text()))


def broken(page, target):
    """The error of a page's link; None if its target exists."""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return "there is no such file"
    if anchor and file.suffix == ".md" and anchor not in anchors(file):
        return "there is no such heading"
    return None


def test_every_link_of_a_page_leads_somewhere():
    wrong = [
        f"{page.relative_to(ROOT)}: {target}: {fault}"
        for page in PAGES
        for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page)))
        if not re.match(r"[a-z]+:", target) and (fault := broken(page, target))
    ]
    assert wrong == []


def test_the_index_names_every_page():
    index = ROOT / "docs/README.md"
    named = {(index.parent / target).resolve() for target in LINK.findall(index.read_text())}
    pages = {*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")} - {index}
    assert sorted(page.name for page in pages if page.resolve() not in named) == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 180


def test_the_protocol_is_numbered_without_a_gap():
    numbers = NUMBERED.findall(prose(ROOT / "docs/protocol.md"))
    expected = []
    chapter = section = 0
    for number in numbers:
        chapter, section = (chapter, section + 1) if "." in number else (chapter + 1, 0)
        expected.append(f"{chapter}.{section}" if section else f"{chapter}")
    assert numbers == expected and len(numbers) > 50


def test_every_section_of_the_protocol_that_is_cited_exists():
    known = set(NUMBERED.findall(prose(ROOT / "docs/protocol.md")))
    cited = [
        (file.relative_to(ROOT), number)
        for file in SOURCES
        for list_ in CITED.findall(file.read_text(errors="replace"))
        for number in re.split(r", | and ", list_)
    ]
    assert len(cited) > 20
    assert [f"{file}: {number}" for file, number in cited if number not in known] == []


def test_every_page_that_the_code_names_exists():
    wrong = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in SOURCES
        for name in PAGE.findall(file.read_text(errors="replace"))
        if not (ROOT / name).exists() and not (file.parent / name).exists()
    ]
    assert wrong == []


def test_no_comment_cites_what_is_not_in_the_repository():
    # Letters in brackets, so that this line is not found itself.
    gone = re.compile(r"\b[C]ONTRACT(?:\.md| §)|\b[c]ontract section|[R]ELIABILITY|\(rows? \d")
    wrong = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in SOURCES
        for line in file.read_text(errors="replace").splitlines()
        if gone.search(line)
    ]
    assert wrong == []


def test_the_recipe_of_a_copy_closes_it_and_names_its_packages():
    """Its programs are among the packages, the copy is for its user alone, and a second one on the
    same day has another name."""
    installed = re.findall(r"apt-get install [^\n]*", (ROOT / "docs" / "deployment.md").read_text())
    packages = {word for line in installed for word in line.split()}
    assert {"ca-certificates", "sqlite3", "rsync"} <= packages
    recipes = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)
    (recipe,) = [text for text in recipes if "VACUUM INTO" in text]
    assert recipe.index("umask 077") < recipe.index("VACUUM INTO")
    assert "date +%FT%H%M%S" in recipe


def test_what_a_full_disk_does_to_readyz_is_said_once():
    page = (ROOT / "docs" / "operations.md").read_text()
    said = [line for line in page.splitlines() if "full disk" in line.lower() and "readyz" in line]
    assert said and all("503" in line for line in said)
