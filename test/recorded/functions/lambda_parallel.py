import json
import time
from datetime import datetime


def handler(event, context):
    result = {"executionStart": datetime.now().isoformat(), "event": event}
    time.sleep(0.5)
    print(json.dumps(result))
    return result
