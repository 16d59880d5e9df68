"""What can be told of a base's file and its place without opening it."""

import os
import re
import shutil
from pathlib import Path
from shlex import quote

from crmcli.base.checks.finding import MEND, Finding, fail, ok, warn
from crmcli.base.creating import PARTS
from crmcli.base.sqlite import beside, is_writable, keeps_log

_MOUNTS = Path("/proc/self/mounts")
_LOCKS = Path("/proc/locks")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "lustre", "glusterfs", "davfs"}
_NETWORK_FUSE = {"sshfs", "rclone", "glusterfs", "davfs2", "curlftpfs", "s3fs", "smbnetfs", "cephfs"}
_LARGE_LOG = 64 * 2**20


def links(path: Path) -> Finding:
    """Whether the base has one name alone: its log is found by its name."""
    if path.is_symlink():
        target = os.path.realpath(path)
        return fail(f"{path} is a link to {target}", f"--base {quote(target)}")
    if (names := path.stat().st_nlink) > 1:
        name = quote(str(path))
        return warn(
            f"the file has {names} names: used under two of them at once it is damaged",
            f"cp -p {name} {name}.own && mv {name}.own {name}",
        )
    return ok("the file has one name")


def mode(path: Path) -> Finding:
    """Whether the base's files are their owner's alone."""
    files = [path, beside(path, "-wal"), beside(path, "-shm")]
    shared = [file for file in files if file.exists() and file.stat().st_mode & 0o077]
    if shared:
        seen = f"{shared[0].name} is open to others ({shared[0].stat().st_mode & 0o777:04o})"
        return fail(seen, f"chmod 600 {' '.join(quote(str(file)) for file in shared)}")
    return ok("open to nobody but its owner")


def log(path: Path) -> Finding:
    """Whether a log was left alone beside the base, or has grown out of measure."""
    beside_it = beside(path, "-wal")
    size = beside_it.stat().st_size if beside_it.exists() else 0
    if size and not _is_used(path):
        mending = "crmcli config list" if is_writable(path) else copied(path)
        return warn(f"a command was cut off: {_size(size)} wait in {beside_it.name}", mending)
    if size > max(_LARGE_LOG, path.stat().st_size):
        return warn(f"{beside_it.name} has grown to {_size(size)}: a program has kept the base open for long")
    return ok("in use" if size else "no log is left over")


def log_mode(path: Path) -> Finding:
    """Whether the base is written through a log. A restore may leave it without: cut off, or under another name."""
    if not keeps_log(path):
        return warn("the base is written without a log, so that commands wait for each other", MEND)
    return ok("the base is written through a log")


def parts(path: Path) -> Finding:
    """Whether unfinished files lie about."""
    lying = {*path.parent.glob(PARTS), *path.parent.glob("*.part")}
    found = sorted(part for part in lying if not _is_used(_main(part)))
    if found:
        count = f"{len(found)} unfinished files" if len(found) > 1 else "an unfinished file"
        return warn(f"{count} beside the base", f"rm {' '.join(quote(str(file)) for file in found)}")
    return ok("no unfinished file beside the base")


def file_system(path: Path) -> Finding:
    """Whether the base is on a disk of this machine: on others, logs and locks cannot be relied on."""
    if not _MOUNTS.exists():
        return ok("unknown on this system")
    kind = _mounted_kind(path, _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    if kind in _NETWORK or kind.partition("fuse.")[2] in _NETWORK_FUSE:
        where = f"mv {quote(str(path))} to a disk of this machine, or use --base postgresql://..."
        return fail(f"a network file system ({kind}): two machines would damage the base", where)
    return ok(f"a disk of this machine ({kind})")


def disk(path: Path) -> Finding:
    """Whether there is room for the base once more, which a backup or an upgrade takes."""
    free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    if free < size:
        return warn(f"{_size(free)} are free, less than the base's {_size(size)}", f"df -h {quote(str(path.parent))}")
    return ok(f"{_size(free)} are free, the base has {_size(size)}")


CHECKS = (mode, log, log_mode, parts, file_system, disk)


def copied(path: Path) -> str:
    """The command that copies a base, with its log, to where its user may write."""
    folder = f"~/{quote(path.stem)}-copy"
    files = " ".join(quote(str(file)) for file in (path, beside(path, "-wal")) if file.exists())
    return f"mkdir -m 700 {folder} && cp {files} {folder} && crmcli doctor --base {folder}/{quote(path.name)}"


def read_again(path: Path) -> str:
    """The command for a file that its user may not read."""
    owner, name = path.stat().st_uid, quote(str(path))
    return f"chmod 600 {name}" if owner == os.geteuid() else f"sudo -u '#{owner}' crmcli doctor --base {name}"


def _is_used(path: Path) -> bool:
    """Whether some process has the base open; taken for granted where the system does not tell."""
    if not _LOCKS.exists():
        return True
    held = _LOCKS.read_text(encoding="ascii", errors="replace")
    return any(f":{file.stat().st_ino} " in held for file in (path, beside(path, "-shm")) if file.exists())


def _main(part: Path) -> Path:
    """The base in the making that a log or an index belongs to."""
    return part.with_name(part.name.removesuffix("-wal").removesuffix("-shm"))


def _mounted_kind(path: Path, mounts: str) -> str:
    """The kind of file system that a file is on, read from a table of mounts."""
    found = ("", "unknown")
    for line in mounts.splitlines():
        _, point, kind, *_ = line.split(" ")
        folder = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), point)
        if path.is_relative_to(folder) and len(folder) >= len(
            found[0]
        ):  # of two on one folder the later hides the other
            found = folder, kind
    return found[1]


def _size(count: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1024:
            return f"{count} {unit}"
        count //= 1024
    return f"{count} GB"
