"""Runs for batches of up to ten orders: stores each as an object.

An order that cannot be stored fails alone; the others of its batch are done.
See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
import os

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            store(json.loads(record["body"]))
        except Exception as error:
            print(f"message {record['messageId']}: {error}")
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def store(order):
    if not order["quantity"].isdigit() or int(order["quantity"]) < 1:
        raise ValueError(f'order {order["id"]} has the quantity "{order["quantity"]}"')
    quantity = int(order["quantity"])
    total = f'{quantity * float(order["unit_price"]):.2f}'
    s3.put_object(
        Bucket=os.environ["STORE_BUCKET"],
        Key=f'{order["customer"]}/{order["id"]}.json',
        Body=json.dumps({**order, "quantity": quantity, "total": total}).encode(),
        ContentType="application/json",
    )
