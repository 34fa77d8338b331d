# Prints the event and returns what the case has it return; RESULT is put in when the zip is made.
import json


def handler(event, context):
    print(json.dumps(event))
    return RESULT
