"""Lets another program take the place of this process, as far as the system can do that."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tray.disk import core_dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

if sys.platform == "win32":
    import shutil
    import subprocess
    from contextlib import suppress

    def hand_over(words: Sequence[str], environ: Mapping[str, str]) -> int:
        """
        Run a program, and wait for it: on Windows none takes the place of another.

        Ctrl-C reaches both, and is the program's to answer.

        Args:
            words: The program, which is looked for in ``PATH`` with the endings of ``PATHEXT``, and its arguments.
            environ: Its environment.

        Returns:
            Its exit code, as ``sys.exit`` takes it: a crash such as 0xC0000005 is below zero.

        Raises:
            FileNotFoundError: There is no such program.
            OSError: It cannot be started.
        """
        program = shutil.which(words[0], path=environ.get("PATH"))
        if program is None:
            raise FileNotFoundError(words[0])
        with core_dumps.as_given():
            process = subprocess.Popen([program, *words[1:]], env=dict(environ))
        while process.poll() is None:
            with suppress(KeyboardInterrupt):
                process.wait()
        code = process.returncode
        return code - (1 << 32) if code >= 1 << 31 else code

else:
    import signal

    def hand_over(words: Sequence[str], environ: Mapping[str, str]) -> int:
        """
        Put a program in the place of this process: signals, terminal, number and exit code are its own then.

        Args:
            words: The program, which is looked for in ``PATH``, and its arguments.
            environ: Its environment.

        Returns:
            Never.

        Raises:
            FileNotFoundError: There is no such program.
            OSError: It cannot be started.
        """
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        # Python ignores these, and what is ignored stays so in the next program: "| head" would not end it.
        before = {number: signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGXFSZ)}
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        try:
            with core_dumps.as_given():
                os.execvpe(words[0], list(words), environ)  # noqa: S606 - there is no shell, which is the point
        finally:  # It could not be started.
            for number, handler in before.items():
                signal.signal(number, handler)
