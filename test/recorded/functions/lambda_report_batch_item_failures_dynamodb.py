import json


def handler(event, context):
    print(json.dumps(event))
    failures = []
    for record in event["Records"]:
        if record["dynamodb"].get("NewImage", {}).get("should_fail", {}).get("BOOL"):
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
    return {"batchItemFailures": failures}
