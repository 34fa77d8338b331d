import json
import os

import boto3


def must_fail(record):
    body = json.loads(record["body"])
    return body["fail_attempts"] >= int(record["attributes"]["ApproximateReceiveCount"])


def overwritten():
    text = os.environ["OVERWRITE_RESULT"]
    try:
        return json.loads(text)
    except ValueError:
        return text


def handler(event, context):
    failures = [{"itemIdentifier": record["messageId"]} for record in event["Records"] if must_fail(record)]
    result = overwritten() if "OVERWRITE_RESULT" in os.environ else {"batchItemFailures": failures}
    if os.environ.get("DESTINATION_QUEUE_URL"):
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["DESTINATION_QUEUE_URL"], MessageBody=json.dumps({"event": event, "result": result})
        )
    return result
