# SPDX-License-Identifier: Apache-2.0
"""The calls that io_plan.c counts, and how each may fail."""

import dataclasses
import errno

# The order of enum call in io_plan.h, with the ways in which each fails.
WRITES = ("ENOSPC", "EDQUOT", "EIO", "EFBIG", "EINTR", "short", "full")
CALLS = {
    "open": ("EMFILE", "ENFILE", "EIO", "EACCES", "ENOSPC", "EINTR"),
    "close": ("EIO", "EINTR"),
    "read": ("EIO", "EINTR", "short"),
    "pread": ("EIO", "EINTR", "short"),
    "print": ("ENOSPC", "EIO", "EINTR", "short", "full"),
    "write": WRITES,
    "pwrite": WRITES,
    "sync": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "truncate": ("EIO", "ENOSPC", "EINTR"),
    "allocate": ("ENOSPC", "EDQUOT", "EIO", "EINTR", "EOPNOTSUPP"),
    "stat": ("EIO", "ENOMEM", "EACCES"),
    "mmap": ("ENOMEM", "EACCES", "EIO"),
    "fcntl": ("EINTR", "ENOLCK", "EIO"),
    "flock": ("EINTR", "ENOLCK", "EIO"),
    "rename": ("EIO", "ENOSPC", "EACCES", "EXDEV"),
    "link": ("EIO", "ENOSPC", "EPERM", "EMLINK"),
    "unlink": ("EIO", "EACCES"),
    "mkdir": ("ENOSPC", "EACCES", "EIO"),
    "folder": ("EMFILE", "EIO"),
    "list": ("EIO",),
    "realpath": ("EIO", "EACCES"),
}
# Nothing is wrong then, and nobody may notice: what was interrupted is done again, and the rest of what was short.
HARMLESS = {("read", "EINTR"), ("read", "short"), ("print", "EINTR"), ("print", "short"),
            ("flock", "EINTR"), ("allocate", "EOPNOTSUPP")}
LAST = 2 ** 62


@dataclasses.dataclass(frozen=True)
class Fault:
    """Calls `first` to `last` of a name fail so."""
    call: str
    first: int
    last: int
    error: str

    def environment(self):
        code = self.error if self.error.islower() else str(getattr(errno, self.error))
        return {"FAULT_CALL": self.call, "FAULT_FIRST": str(self.first), "FAULT_LAST": str(self.last),
                "FAULT_ERROR": code}

    def __str__(self):
        return f"{self.call} {self.first}{'' if self.last == self.first else ' and on'}: {self.error}"
