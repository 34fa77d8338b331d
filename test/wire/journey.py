"""The main job with unmodified boto3: prints one JSON line per step, which the test reads."""
import io
import json
import urllib.request
import zipfile

import boto3
from botocore.client import Config

CODE = """
import json
import os

import boto3


def handler(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps({"key": key}))
    return {"count": len(event["Records"])}
"""


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("index.py", CODE)
    return buffer.getvalue()


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def deploy(functions, queues, buckets):
    queue = queues.create_queue(QueueName="py-uploads")["QueueUrl"]
    created = functions.create_function(
        FunctionName="py-notify",
        Runtime="python3.12",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/lambda",
        Code={"ZipFile": archive()},
        Environment={"Variables": {"QUEUE_URL": queue}},
        Timeout=30,
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="py-notify")
    buckets.create_bucket(Bucket="py-bucket")
    functions.add_permission(
        FunctionName="py-notify", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    buckets.put_bucket_notification_configuration(
        Bucket="py-bucket",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": created["FunctionArn"], "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
    return queue


def main():
    session = boto3.session.Session(region_name="us-east-1")
    queues, buckets, functions = session.client("sqs"), session.client("s3"), session.client("lambda")
    queue = deploy(functions, queues, buckets)
    buckets.upload_fileobj(io.BytesIO(b"a,b\n1,2\n"), "py-bucket", "in/rows.csv")
    received = []
    while not received:
        received = queues.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", [])
    say("notified", key=json.loads(received[0]["Body"])["key"])
    queues.delete_message(QueueUrl=queue, ReceiptHandle=received[0]["ReceiptHandle"])

    answer = functions.invoke(FunctionName="py-notify", Payload=json.dumps({"Records": []}), LogType="Tail")
    say("invoked", payload=json.load(answer["Payload"]), tail="LogResult" in answer)

    big = b"x" * (6 * 1024 * 1024)
    buckets.upload_fileobj(io.BytesIO(big), "py-bucket", "big", Config=boto3.s3.transfer.TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880))
    head = buckets.head_object(Bucket="py-bucket", Key="big")
    say("multipart", size=head["ContentLength"], etag=head["ETag"])

    for version in ("s3", "s3v4"):
        signer = session.client("s3", config=Config(signature_version=version))
        put = signer.generate_presigned_url("put_object", Params={"Bucket": "py-bucket", "Key": version}, ExpiresIn=60)
        urllib.request.urlopen(urllib.request.Request(put, data=b"hello", method="PUT")).read()
        get = signer.generate_presigned_url("get_object", Params={"Bucket": "py-bucket", "Key": version}, ExpiresIn=60)
        say("presigned", version=version, body=urllib.request.urlopen(get).read().decode())

    fifo = queues.create_queue(
        QueueName="py.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )["QueueUrl"]
    entries = [{"Id": str(n), "MessageBody": f"m{n}", "MessageGroupId": "g"} for n in range(5)]
    queues.send_message_batch(QueueUrl=fifo, Entries=entries)
    messages = queues.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]
    say("fifo", bodies=[message["Body"] for message in messages])

    try:
        queues.get_queue_url(QueueName="absent")
    except queues.exceptions.QueueDoesNotExist as error:
        say("error", code=error.response["Error"]["Code"])


main()
