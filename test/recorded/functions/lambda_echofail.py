import json


def handler(event, context):
    print(json.dumps({"event": event, "aws_request_id": context.aws_request_id}))
    # AWS's recorded stack trace names line 7.
    raise Exception("intentional failure")
