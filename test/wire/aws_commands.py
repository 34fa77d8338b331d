"""Runs commands of the unmodified AWS CLI, one after another in one interpreter: starting it takes longer than running them.

Reads the arguments of each as a line of JSON, and answers with a line: its exit code and what it printed.
"""
import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver

driver = create_clidriver()
answers = sys.stdout
for line in sys.stdin:
    printed, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        try:
            code = driver.main(json.loads(line))
        except SystemExit as end:
            code = end.code
    answer = {"code": code, "stdout": printed.getvalue(), "stderr": complained.getvalue()}
    print(json.dumps(answer), file=answers, flush=True)
