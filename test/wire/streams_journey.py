"""Kinesis, DynamoDB and DynamoDB Streams with unmodified boto3: prints one JSON line per step, which the test reads."""
import json
from decimal import Decimal

import boto3


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def kinesis_steps(streams):
    streams.create_stream(StreamName="py-orders", ShardCount=1)
    streams.get_waiter("stream_exists").wait(StreamName="py-orders", WaiterConfig={"Delay": 1})
    description = streams.describe_stream(StreamName="py-orders")["StreamDescription"]
    shard = description["Shards"][0]["ShardId"]
    streams.put_records(
        StreamName="py-orders", Records=[{"Data": bytes([n, 255]), "PartitionKey": "k"} for n in range(3)]
    )
    iterator = streams.get_shard_iterator(
        StreamName="py-orders", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    say("records", data=[record["Data"].hex() for record in records])

    consumer = streams.register_stream_consumer(StreamARN=description["StreamARN"], ConsumerName="py")["Consumer"]
    arn = consumer["ConsumerARN"]
    while streams.describe_stream_consumer(ConsumerARN=arn)["ConsumerDescription"]["ConsumerStatus"] != "ACTIVE":
        pass
    subscription = streams.subscribe_to_shard(
        ConsumerARN=arn, ShardId=shard, StartingPosition={"Type": "TRIM_HORIZON"}
    )
    pushed = []
    for event in subscription["EventStream"]:
        pushed += [record["Data"].hex() for record in event["SubscribeToShardEvent"]["Records"]]
        if len(pushed) == 3:
            break
    subscription["EventStream"].close()
    say("pushed", data=pushed)
    try:
        streams.describe_stream(StreamName="absent")
    except streams.exceptions.ResourceNotFoundException as error:
        say("absent", message=error.response["Error"]["Message"])


def dynamodb_steps(session):
    table = session.resource("dynamodb").create_table(
        TableName="py-table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    table.wait_until_exists()
    table.put_item(Item={"id": "a", "count": Decimal("1.5"), "tags": {"x", "y"}, "raw": b"\x00\xff"})
    updated = table.update_item(
        Key={"id": "a"},
        UpdateExpression="ADD #count :one",
        ExpressionAttributeNames={"#count": "count"},
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    say("updated", count=str(updated["Attributes"]["count"]))
    with table.batch_writer() as batch:
        for n in range(30):
            batch.put_item(Item={"id": str(n)})
    say("scanned", count=table.scan(Select="COUNT")["Count"])

    changes = session.client("dynamodbstreams")
    table.reload()
    stream = table.latest_stream_arn
    shard = changes.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = changes.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = changes.get_records(ShardIterator=iterator["ShardIterator"], Limit=2)["Records"]
    say("changes", names=[record["eventName"] for record in records], new=records[1]["dynamodb"]["NewImage"]["count"])
    client = session.client("dynamodb")
    try:
        client.put_item(TableName="py-table", Item={"id": {"S": "a"}}, ConditionExpression="attribute_not_exists(id)")
    except client.exceptions.ConditionalCheckFailedException as error:
        say("refused", message=error.response["Error"]["Message"])


session = boto3.session.Session(region_name="us-east-1")
kinesis_steps(session.client("kinesis"))
dynamodb_steps(session)
