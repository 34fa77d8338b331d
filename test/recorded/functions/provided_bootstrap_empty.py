#!/usr/bin/env python3
# A runtime that answers each invocation with no bytes at all.
import os
import urllib.request

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
while True:
    with urllib.request.urlopen(f"{api}/next") as invocation:
        request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    urllib.request.urlopen(urllib.request.Request(f"{api}/{request_id}/response", data=b"", method="POST")).read()
