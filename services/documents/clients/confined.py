"""What the program that opens strangers' files can no longer do, from before the first of them and for all its children.

No libseccomp: its Python bindings need a library of the system that slim images and a plain Debian have not; a list of calls to
refuse is a filter of one instruction each. Sources: seccomp(2), prctl(2), the kernel's syscall tables, linux/bpf_common.h.
"""

import ctypes
import os
import platform
import resource
import struct

_LARGEST_FILE = 128 * 1024 * 1024
_OPEN_FILES = 128
_PROCESSES = 2_048
"""Counted by the kernel over all that this user runs, other services included: it ends a flood, not a second recogniser."""

_NO_NEW_PRIVS, _SET_DUMPABLE = 38, 4  # prctl
_SET_MODE_FILTER, _ALL_THREADS = 1, 1  # seccomp
_LOAD, _IS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld abs, jeq, jge, ret
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | 1, 0x7FFF0000  # refuse: EPERM
_X32 = 0x40000000

REFUSED = (
    *("socket", "socketpair", "bind", "listen", "connect", "io_uring_setup"),  # no network
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd"),  # nobody else's memory
    *("setsid", "setpgid"),  # no child leaves the group that is ended as one
    *("unshare", "setns", "mount", "bpf", "userfaultfd", "perf_event_open"),
    *("add_key", "request_key", "keyctl"),
)
_MACHINES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    # name: AUDIT_ARCH, number of seccomp(2), numbers of REFUSED in order
    "x86_64": (
        0xC000003E,
        317,
        (
            *(41, 53, 49, 50, 42, 425),
            *(101, 310, 311, 438),
            *(112, 109),
            *(272, 308, 165, 321, 323, 298),
            *(248, 249, 250),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        277,
        (
            *(198, 199, 200, 201, 203, 425),
            *(117, 270, 271, 438),
            *(157, 154),
            *(97, 268, 40, 280, 282, 241),
            *(217, 218, 219),
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def confine(memory_mb: int) -> None:
    """Limits of memory, files and processes; no network. Raises OSError where the machine cannot promise it."""
    memory = memory_mb * 1024 * 1024
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, _PROCESSES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))
    _refuse_calls()


def keep_memory_private() -> None:
    """A child of the same user may read neither this process's environment nor its memory, and no core file holds them."""
    _checked(ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0))


def _refuse_calls() -> None:
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(f"no list of system calls for {machine}")
    architecture, seccomp, numbers = _MACHINES[machine]
    steps = [(_LOAD, 0, 0, 4), (_IS, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in numbers:
        steps += [(_IS, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(libc.syscall(seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)))


def _checked(answer: int) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
