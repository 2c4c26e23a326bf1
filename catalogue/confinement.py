"""How a process gives up what it must not use: memory, time, files, network, other programs."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import struct
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


def confine(
    *,
    parent: int,
    memory: int,
    cpu_seconds: int | None = None,
    file_bytes: int | None = None,
    open_files: int,
    niceness: int,
) -> None:
    """Take the limits on this process, for ever. Called before any foreign byte is read.

    On other systems than Linux only the resource limits and the priority hold.
    """
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, open_files)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(niceness)
    die_with(parent)
    if sys.platform == "linux":
        _forbid_network_and_programs()


def _limit(kind: int, value: int | None) -> None:
    if value is None:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def die_with(parent: int) -> None:
    """Be killed when `parent`, which must be this process's parent, ends. On other systems than Linux: nothing."""
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the call above.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


# seccomp(2) by architecture: its audit number, then the system calls that are refused:
# socket, execve, execveat, ptrace, process_vm_readv, process_vm_writev, io_uring_setup
# (io_uring opens sockets without the call `socket`).
_REFUSED = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 270, 271, 425)),
}
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_ARCHITECTURE_AT, _NUMBER_AT = 4, 0
# The x32 numbers of x86-64 would pass by a list of the ordinary ones.
_X32 = 0x40000000


def _forbid_network_and_programs() -> None:
    known = _REFUSED.get(os.uname().machine)
    if known is None:
        return
    architecture, calls = known
    steps = len(calls)
    program = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_JUMP_EQUAL, architecture, otherwise=steps + 3),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_GREATER_EQUAL, _X32, then=steps + 1),
        *(_step(_JUMP_EQUAL, call, then=steps - place) for place, call in enumerate(calls)),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(program))
    # struct sock_fprog: a count, padding, a pointer.
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(header))


def _step(operation: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", operation, then, otherwise, value)


def _prctl(option: int, *arguments: int) -> None:
    """prctl(2). A kernel that lacks the option leaves the process without that protection."""
    library = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    if library.prctl(option, *padded) != 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(ctypes.get_errno(), f"prctl {option}")
