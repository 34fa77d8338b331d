import json
import os

import boto3


def handler(event, context):
    records = event["Records"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["SQS_QUEUE_URL"], MessageBody=json.dumps(records))
    return {"count": len(records)}
