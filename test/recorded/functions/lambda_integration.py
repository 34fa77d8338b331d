# What the destination scenarios invoke. AWS's recorded stack trace names line 55, so the failure stands there.
import base64
import json


def describe(context):
    return {
        "invoked_function_arn": context.invoked_function_arn,
        "function_version": context.function_version,
        "function_name": context.function_name,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "aws_request_id": context.aws_request_id,
        "log_group_name": context.log_group_name,
        "log_stream_name": context.log_stream_name,
        "client_context": context.client_context,
    }


def proxy_answer(event):
    body = json.loads(event.get("body") or "{}")
    return {
        "statusCode": body.get("return_status_code", 200),
        "headers": body.get("return_headers", {}),
        "body": body.get("return_raw_body", event.get("body")),
    }


#

#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
def handler(event, context):
    if event.get("raise_error"):
        raise Exception("Test exception (this is intentional)")
    if "httpMethod" in event:
        return proxy_answer(event)
    if any(asks_for_failure(record) for record in event.get("Records", [])):
        raise Exception("Test exception (this is intentional)")
    return {"event": event, "context": describe(context)}


def asks_for_failure(record):
    return "kinesis" in record and "raise_error" in json.loads(base64.b64decode(record["kinesis"]["data"]))
