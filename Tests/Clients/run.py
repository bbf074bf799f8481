#!/usr/bin/env python3
"""Drives the daemon with the unmodified clients of CMQ and ends with one line: N passed, N failed.

    .venv-clients/bin/python Tests/Clients/run.py [part of a test's name]

The programs of the debug build are used; TILLWIRE_BIN names another folder.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "Python")]

import runner  # noqa: E402  (the path is set above)
import world  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.main(HERE, world))
