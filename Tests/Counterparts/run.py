#!/usr/bin/env python3
"""Holds the simulated WeChat Pay against the unmodified clients of WeChat Pay and ends with one line: N passed, N failed.

    .venv-counterparts/bin/python Tests/Counterparts/run.py [part of a test's name]

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
