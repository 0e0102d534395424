"""A filter of system calls for this process and all it starts: seccomp of Linux, by ctypes.

Calls that reading a file never needs are refused (EPERM): other programs and processes, sockets,
looking into other processes, mounts, kernel modules, keys. Everything else is let through, so that
a library is not broken by a call that nobody foresaw. See seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from typing import Final, NamedTuple

_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2
_ALLOW: Final = 0x7FFF0000
_ERROR: Final = 0x00050000
_REFUSE: Final = _ERROR | errno.EPERM
_UNKNOWN: Final = _ERROR | errno.ENOSYS
_PRETEND: Final = _ERROR  # no error: it did nothing, and says that it went well

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_AND: Final = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_NUMBER_AT: Final = 0  # offsets in struct seccomp_data
_MACHINE_AT: Final = 4
_FIRST_ARGUMENT_AT: Final = 16  # its lower half, lowest byte first
_SECOND_ARGUMENT_AT: Final = 24

_CLONE_THREAD: Final = 0x00010000
_CLONE_SPACES: Final = 0x7E020080  # all kinds of namespaces
_AF_UNIX: Final = 1
_STREAM: Final = 1
_KIND_OF_SOCKET: Final = 0xF  # beside it stand flags
_X32_FROM: Final = 0x40000000

_SAME_EVERYWHERE: Final = (
    *range(424, 434),  # pidfd_send_signal, io_uring_*, open_tree, move_mount, fsopen … fspick
    434,  # pidfd_open
    438,  # pidfd_getfd
    442,  # mount_setattr
)


class _Machine(NamedTuple):
    """Numbers of system calls on one kind of processor (asm/unistd.h)."""

    audit: int
    never: tuple[int, ...]
    programs: tuple[int, ...]
    """Those that only a process that starts others needs: execve, fork, tkill."""
    reaches: tuple[int, ...]
    """connect, accept, accept4: nobody is reached, and nobody reaches us."""
    listens: tuple[int, ...]
    """bind, listen: LibreOffice does not start without a socket for its next start to find."""
    clone: int
    clone3: int
    sockets: tuple[int, ...]
    """socket, socketpair."""
    signals: tuple[int, ...]


_MACHINES: Final = {
    "x86_64": _Machine(
        audit=0xC000003E,
        never=(
            *(101, 310, 311, 312),  # ptrace, process_vm_readv, process_vm_writev, kcmp
            *(155, 161, 165, 166, 272, 308),  # pivot_root, chroot, mount, umount2, unshare, setns
            *(175, 313, 176, 246, 320, 169),  # modules, kexec, reboot
            *(248, 249, 250, 298, 321, 323),  # keys, perf_event_open, bpf, userfaultfd
            *(303, 304, 163, 167, 168, 179),  # handles, acct, swap, quotactl
            *(135, 153, 154, 159, 164, 172, 173, 227),  # personality … iopl, clocks
            *(109, 112),  # setpgid, setsid: nobody leaves the group that ends as one
        ),
        programs=(59, 322, 57, 58, 200),
        reaches=(42, 43, 288),
        listens=(49, 50),
        clone=56,
        clone3=435,
        sockets=(41, 53),
        signals=(62, 234),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        never=(
            *(117, 270, 271, 272),
            *(41, 51, 40, 39, 97, 268),
            *(105, 273, 106, 104, 294, 142),
            *(217, 218, 219, 241, 280, 282),
            *(264, 265, 89, 224, 225, 60),
            *(92, 58, 171, 170, 112),
            *(154, 157),
        ),
        programs=(221, 281, 130),
        reaches=(203, 202, 242),
        listens=(200, 201),
        clone=220,
        clone3=435,
        sockets=(198, 199),
        signals=(129, 131),
    ),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("otherwise", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def filter_calls(*, programs: bool) -> bool:
    """Refuse what is not needed from now on; whether it holds. With `programs` other programs may
    be started; they may make a socket of this machine, which reaches nobody. The process must have
    given up new privileges."""
    machine = _MACHINES.get(platform.machine())
    if machine is None or sys.platform != "linux" or sys.maxsize < 1 << 32:
        return False
    lines = _lines(machine, programs, os.getpid())
    array = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    program = _Program(len(lines), array)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return int(prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)) == 0


_Line = tuple[int, int, int, int]


def _lines(machine: _Machine, programs: bool, pid: int) -> list[_Line]:
    """The filter: a call of a foreign machine or of x32 is refused, then each number in turn."""
    lines: list[_Line] = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_FROM),
        (_RETURN, 0, 0, _REFUSE),
        *_if_number(machine.clone3, [(_RETURN, 0, 0, _UNKNOWN)]),  # glibc then calls clone
    ]
    refused = (*machine.never, *_SAME_EVERYWHERE, *machine.reaches)
    for number in (*refused, *(() if programs else machine.programs)):
        lines += _if_number(number, [(_RETURN, 0, 0, _REFUSE)])
    for number in machine.sockets:
        lines += _if_number(number, _LOCAL_STREAM if programs else [(_RETURN, 0, 0, _REFUSE)])
    for number in machine.listens:
        lines += _if_number(number, [(_RETURN, 0, 0, _PRETEND if programs else _REFUSE)])
    if programs:
        lines += _if_number(machine.clone, _by_argument(_ANY_BIT, _CLONE_SPACES, _REFUSE, _ALLOW))
    else:
        lines += _if_number(machine.clone, _by_argument(_ANY_BIT, _CLONE_THREAD, _ALLOW, _REFUSE))
        for number in machine.signals:
            lines += _if_number(number, _by_argument(_EQUAL, pid, _ALLOW, _REFUSE))
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _if_number(number: int, then: list[_Line]) -> list[_Line]:
    return [(_EQUAL, 0, len(then), number), *then]


_LOCAL_STREAM: Final[list[_Line]] = [
    (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
    (_EQUAL, 0, 4, _AF_UNIX),
    (_LOAD, 0, 0, _SECOND_ARGUMENT_AT),
    (_AND, 0, 0, _KIND_OF_SOCKET),
    (_EQUAL, 0, 1, _STREAM),
    (_RETURN, 0, 0, _ALLOW),
    (_RETURN, 0, 0, _REFUSE),
]
"""A stream on this machine, which reaches nobody unless it is connected. Others need no connecting:
a message may be sent to any address."""


def _by_argument(test: int, value: int, then: int, otherwise: int) -> list[_Line]:
    """Decide by the first argument of the call."""
    return [
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (test, 0, 1, value),
        (_RETURN, 0, 0, then),
        (_RETURN, 0, 0, otherwise),
    ]
