#!/usr/bin/env python3
"""Drives the daemon with the unmodified clients of CMQ and ends with one line: N passed, N failed.

    .venv-clients/bin/python Tests/Clients/run.py [part of a test's name]

The programs of the debug build are used; TILLWIRE_BIN names another folder.
"""

import os
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import world  # noqa: E402  (the path is set above)


class Reporter(unittest.TextTestResult):
    """Prints one line per test, with how long it took."""

    def startTest(self, test):
        self.started = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        print("  passed  %s (%.1f s)" % (test.id(), time.monotonic() - self.started), flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print("  FAILED  %s" % test.id(), flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        print("  FAILED  %s" % test.id(), flush=True)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            print("  FAILED  %s" % subtest.id(), flush=True)


def main():
    loader = unittest.TestLoader()
    if len(sys.argv) > 1:
        loader.testNamePatterns = ["*%s*" % word for word in sys.argv[1:]]
    suite = loader.discover(HERE, pattern="test_*.py")
    # The first client writes a log file where it is started.
    with world.working_folder():
        runner = unittest.TextTestRunner(stream=sys.stdout, resultclass=Reporter, verbosity=0)
        result = runner.run(suite)
        world.stop_shared()
    failed = len(result.failures) + len(result.errors)
    print("%d passed, %d failed" % (result.testsRun - min(failed, result.testsRun), failed))
    if result.testsRun == 0:
        return 1
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
