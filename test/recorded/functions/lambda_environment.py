import os


def handler(event, context):
    if event.get("raise_error"):
        raise Exception("Test exception (this is intentional)")
    if "raw_string_result" in os.environ:
        return os.environ["raw_string_result"]
    if "map" in event:
        return {"Hello": event["map"]}
    return {"Hello": os.environ.get("Hello", "_value_missing_")}
