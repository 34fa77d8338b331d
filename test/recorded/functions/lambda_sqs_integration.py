import json
import os

import boto3


def handler(event, context):
    record = event["Records"][0]
    body = json.loads(record["body"])
    failed = body.get("fail_attempts", 0) >= int(record["attributes"]["ApproximateReceiveCount"])
    error = "failed attempt" if failed else None
    boto3.client("sqs").send_message(
        QueueUrl=body["destination"], MessageBody=json.dumps({"error": error, "event": event})
    )
    if failed:
        raise Exception(error)
