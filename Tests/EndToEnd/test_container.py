"""The container file: built if a container tool is installed, else its lines are checked against
the files that they name."""

import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from support.hub import BINARY, ROOT

TEXT = (ROOT / "Containerfile").read_text()
# Parts of every Debian.
BASE_PACKAGES = {"libc6", "libgcc-s1", "libstdc++6"}


def instructions():
    joined = re.sub(r"\\\n", " ", TEXT)
    lines = (line for line in joined.splitlines() if line.strip() and not line.startswith("#"))
    return [tuple(line.split(None, 1)) for line in lines]


def stages():
    """The instructions of each stage, the last one being the image."""
    found = []
    for name, value in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, value))
    return found


def installed(stage):
    packages = set()
    for name, value in stage:
        if name == "RUN" and "apt-get install" in value:
            command = value.split("apt-get install", 1)[1].split("&&")[0]
            packages |= {word for word in shlex.split(command) if not word.startswith("-")}
    return packages


def values(stage, name):
    return [value for each, value in stage if each == name]


def test_it_builds_with_the_packages_that_building_needs():
    script = (ROOT / "scripts/packages").read_text()
    wanted = re.search(r"^build_packages=\(([^)]*)\)", script, re.M)[1].split()
    assert installed(stages()[0]) == set(wanted)


def test_it_runs_with_the_libraries_that_the_program_is_linked_to():
    needed = subprocess.run(
        ["readelf", "--dynamic", BINARY], capture_output=True, text=True, check=True
    ).stdout
    packages = installed(stages()[-1])
    swift = pathlib.Path(shutil.which("swift")).resolve().parents[1] / "lib/swift/linux"
    for library in re.findall(r"NEEDED.*\[([^]]+)\]", needed):
        if (swift / library).exists():
            continue  # part of the program in the image, by --static-swift-stdlib
        owner = subprocess.run(
            ["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=True
        ).stdout
        owners = {line.split(":")[0] for line in owner.splitlines()}
        assert owners & (packages | BASE_PACKAGES), f"{library} is in none of {packages}"
    assert "--static-swift-stdlib" in TEXT


def test_what_it_copies_is_there():
    for stage in stages():
        for value in values(stage, "COPY"):
            words = value.split()
            if words[0].startswith("--from"):
                continue
            for source in words[:-1]:
                assert (ROOT / source).exists(), source
    package = (ROOT / "Package.swift").read_text()
    copied = {word for value in values(stages()[0], "COPY") for word in value.split()[:-1]}
    for path in re.findall(r'path: "([^"]+)"', package):
        assert any(path.startswith(each) for each in copied), path


def test_it_has_the_packages_and_paths_of_an_installation_by_hand():
    page = (ROOT / "docs/deployment.md").read_text()
    by_hand = re.search(r"apt-get install --no-install-recommends (.*libssl3.*)", page)[1].split()
    assert set(by_hand) <= installed(stages()[-1])
    (program,) = re.findall(r"install -D \.build/release/guichet (\S+)", page)
    (shared,) = re.findall(r"cp -r web (\S+)/\n", page)
    copies = values(stages()[-1], "COPY")
    assert f"--from=build /source/.build/release/guichet {program}" in copies
    assert f"web {shared}/web" in copies


def test_it_serves_as_an_unprivileged_user_and_reports_its_health():
    image = stages()[-1]
    assert values(image, "USER") == ["guichet"]
    assert "useradd --system" in " ".join(values(image, "RUN"))
    assert "/healthz" in values(image, "HEALTHCHECK")[0]
    arguments = re.findall(r'"([^"]*)"', values(image, "CMD")[0])
    help_text = subprocess.run([BINARY, "serve", "--help"], capture_output=True, text=True).stdout
    for argument in arguments[1:]:
        assert not argument.startswith("--") or argument in help_text, argument
    store = pathlib.PurePosixPath(arguments[arguments.index("--store") + 1].removeprefix("sqlite:"))
    assert str(store.parent) in values(image, "VOLUME")


def container_tool():
    """One that works and can fetch the images that the file begins from."""
    bases = [value.split()[0] for name, value in instructions() if name == "FROM"]
    for tool in filter(shutil.which, ("podman", "docker")):
        if all(subprocess.run([tool, "pull", base], capture_output=True).returncode == 0 for base in bases):
            return tool
    return None


def test_it_can_be_built():
    tool = container_tool()
    if tool is None:
        pytest.skip("no container tool works here")
    subprocess.run([tool, "build", "--file", "Containerfile", "."], cwd=ROOT, check=True)
