"""A file system of its own for a store, in a file that is mounted. So its power can be cut, and it
can be full."""

import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

# The kernel writes nothing by itself while a run lasts: what nobody synced is lost.
OPTIONS = "loop,commit=600"


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


@functools.cache
def cannot_mount():
    """Why this machine cannot mount an image, or None."""
    if os.geteuid():
        return "mounting an image takes root"
    if not (shutil.which("mkfs.ext4") and shutil.which("losetup")):
        return "no mkfs.ext4 or losetup"
    with tempfile.TemporaryDirectory() as folder:
        try:
            disk = Disk(pathlib.Path(folder), "trial", 8)
            disk.open()
            disk.close()
        except (OSError, RuntimeError) as failure:
            return f"no loop device can be mounted: {failure}"
    return None


class Disk:
    def __init__(self, folder, name, megabytes):
        self.point = folder / name
        self.image = folder / f"{name}.0.img"
        self.megabytes = megabytes
        self.generation = 0

    def open(self):
        self.point.mkdir(exist_ok=True)
        with self.image.open("wb") as file:
            file.truncate(self.megabytes << 20)
        run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1", self.image)
        run("mount", "-o", OPTIONS, self.image, self.point)

    def cut_power(self, end_processes):
        """Copies what has reached the disk while nothing runs, ends what ran, and goes on with the
        copy."""
        self.generation += 1
        copy = self.image.with_name(f"{self.point.name}.{self.generation}.img")
        run("cp", "--sparse=always", self.image, copy)
        end_processes()
        run("umount", "-l", self.point)
        self.image.unlink()
        self.image = copy
        run("mount", "-o", OPTIONS, self.image, self.point)

    def fill(self):
        """Takes all room there is, but for less than a block of a few KiB."""
        ballast = os.open(self.point / "ballast", os.O_CREAT | os.O_WRONLY)
        try:
            free = os.fstatvfs(ballast).f_bavail * os.fstatvfs(ballast).f_frsize
            size = 0
            for step in (1 << 20, 4096):
                while free >= step:
                    try:
                        os.posix_fallocate(ballast, size, free // step * step)
                        size += free // step * step
                        free %= step
                    except OSError:
                        free -= step
        finally:
            os.close(ballast)
        return size

    def free(self):
        (self.point / "ballast").unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "-l", str(self.point)], capture_output=True)
        self.image.unlink(missing_ok=True)
