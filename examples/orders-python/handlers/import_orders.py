"""Runs when a CSV file is uploaded: reads it and sends each row to the queue "orders"."""

import csv
import io
import json
import os
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")
sqs = boto3.client("sqs")
LARGEST_BATCH = 10


def handler(event, context):
    queue_url = sqs.get_queue_url(QueueName=os.environ["QUEUE_NAME"])["QueueUrl"]
    sent = 0
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        print(f"{key} has {len(rows)} orders")
        for start in range(0, len(rows), LARGEST_BATCH):
            batch = rows[start : start + LARGEST_BATCH]
            sqs.send_message_batch(
                QueueUrl=queue_url,
                Entries=[{"Id": str(index), "MessageBody": json.dumps(row)} for index, row in enumerate(batch)],
            )
            sent += len(batch)
    return {"sent": sent}
