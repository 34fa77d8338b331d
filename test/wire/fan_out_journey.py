"""What boto3 does with topics, event buses, schedules, logs and metrics; each step prints what it found as one JSON line."""

import datetime
import json

import boto3
from botocore.exceptions import ClientError

ACCOUNT = "arn:aws:{}:us-east-1:000000000000:{}"
sns, sqs = boto3.client("sns"), boto3.client("sqs")
events, scheduler = boto3.client("events"), boto3.client("scheduler")
logs, cloudwatch = boto3.client("logs"), boto3.client("cloudwatch")


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]
    return {}


def receive(url):
    """The next message's body, whose queue is empty afterwards."""
    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def publish():
    url = sqs.create_queue(QueueName="py-told")["QueueUrl"]
    topic = sns.create_topic(Name="py-topic")["TopicArn"]
    attributes = {"kind": {"DataType": "String", "StringValue": "order"}}
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=ACCOUNT.format("sqs", "py-told"), ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    envelope = receive(url)
    say("published", message=envelope["Message"], attributes=envelope["MessageAttributes"])
    policy = json.dumps({"kind": ["order"]})
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=policy
    )
    sns.publish(TopicArn=topic, Message="not this one")
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    say("filtered", message=receive(url)["Message"])
    pages = sns.get_paginator("list_topics").paginate()
    arns = [topic["TopicArn"] for page in pages for topic in page["Topics"]]
    say("topics", names=[arn.split(":")[-1] for arn in arns if ":py-" in arn])
    say("refused", code=error_of(sns.publish, TopicArn=topic + "-absent", Message="x").get("Code"))


def put_events():
    url = sqs.create_queue(QueueName="py-ruled")["QueueUrl"]
    events.create_event_bus(Name="py-bus")
    events.put_rule(Name="py-rule", EventBusName="py-bus", EventPattern=json.dumps({"source": ["shop"]}))
    target = {"Id": "queue", "Arn": ACCOUNT.format("sqs", "py-ruled")}
    events.put_targets(Rule="py-rule", EventBusName="py-bus", Targets=[target])
    entry = {"EventBusName": "py-bus", "Source": "shop", "DetailType": "Order"}
    answer = events.put_events(
        Entries=[{**entry, "Detail": json.dumps({"id": 7})}, {**entry, "Detail": "no JSON"}]
    )
    event = receive(url)
    say("ruled", **{key: event[key] for key in ("source", "detail-type", "detail")})
    say("entries", failed=answer["FailedEntryCount"], code=answer["Entries"][1]["ErrorCode"])


def schedule():
    target = {
        "Arn": ACCOUNT.format("sqs", "py-ruled"),
        "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
    }
    common = {"Name": "py-schedule", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    scheduler.create_schedule(
        ScheduleExpression="cron(0 18 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin", **common
    )
    found = scheduler.get_schedule(Name="py-schedule")
    say("scheduled", state=found["State"], zone=found["ScheduleExpressionTimezone"])
    error = error_of(scheduler.create_schedule, ScheduleExpression="rate(5)", **common)
    say("invalid", code=error.get("Code"), message=error.get("Message"))


def write_logs():
    stream = {"logGroupName": "py/group", "logStreamName": "one"}
    logs.create_log_group(logGroupName="py/group")
    logs.create_log_stream(**stream)
    now = int(datetime.datetime.now().timestamp() * 1000)
    logs.put_log_events(
        logEvents=[{"timestamp": now - 2, "message": "one"}, {"timestamp": now - 1, "message": "two"}], **stream
    )
    found = logs.get_log_events(startFromHead=True, **stream)["events"]
    say("logged", messages=[event["message"] for event in found])


def measure():
    now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
    data = [{"MetricName": "Orders", "Value": value, "Timestamp": now} for value in (1, 2, 6)]
    cloudwatch.put_metric_data(Namespace="PyShop", MetricData=data)
    stat = {"Metric": {"Namespace": "PyShop", "MetricName": "Orders"}, "Period": 60, "Stat": "Sum"}
    [result] = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "orders", "MetricStat": stat}],
        StartTime=now,
        EndTime=now + datetime.timedelta(minutes=1),
    )["MetricDataResults"]
    say("measured", sums=result["Values"], label=result["Label"])


for step in (publish, put_events, schedule, write_logs, measure):
    step()
