"""Runs the unit tests of a folder and ends with one line: N passed, N failed."""

import sys
import time
import unittest


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


def main(folder, world):
    """Runs what `test_*.py` in the folder hold, only tests with one of the command line's words in their names where it has any. `world` is the
    folder's module of shared things: their working folder, and how they are stopped. Returns the exit status."""
    loader = unittest.TestLoader()
    if len(sys.argv) > 1:
        loader.testNamePatterns = ["*%s*" % word for word in sys.argv[1:]]
    suite = loader.discover(folder, pattern="test_*.py")
    # Some clients write files where they are started.
    with world.working_folder():
        try:
            result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Reporter, verbosity=0).run(suite)
        finally:
            world.stop_shared()
    failed = len(result.failures) + len(result.errors)
    print("%d passed, %d failed" % (result.testsRun - min(failed, result.testsRun), failed))
    return 0 if failed == 0 and result.testsRun > 0 else 1
