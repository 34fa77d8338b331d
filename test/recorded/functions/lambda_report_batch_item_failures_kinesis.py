import base64
import json


def handler(event, context):
    print(json.dumps(event))
    failures = []
    for record in event["Records"]:
        if json.loads(base64.b64decode(record["kinesis"]["data"])).get("should_fail"):
            failures.append({"itemIdentifier": record["kinesis"]["sequenceNumber"]})
    return {"batchItemFailures": failures}
