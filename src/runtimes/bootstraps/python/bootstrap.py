"""Runs a Python function: imports the handler, then takes one invocation after another from the Runtime API and behaves as
AWS's runtime interface client does: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html

Frames of files named bootstrap.py are left out of stack traces, as on AWS.
"""

import importlib
import json
import logging
import os
import sys
import time

from headwater_runtime.lambda_context import LambdaContext
from headwater_runtime.runtime_client import RuntimeClient

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]


def arrange_import_path():
    """The function's own packages win over layers, those over the SDK, and nothing that the host installed is seen."""
    host = [entry for entry in sys.path[1:] if entry]
    if sys.argv[1:] == ["isolated"]:
        host = [entry for entry in host if not entry.rstrip("/").endswith(("site-packages", "dist-packages"))]
    sys.path[:] = [TASK_ROOT, "/opt/python", *host]



IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
LEVEL = {"TRACE": "DEBUG"}.get(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper(), os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper())
TEXT_FRAME, JSON_FRAME = 0xA55A0003, 0xA55A0002
WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, or can be applied automatically. "
    "To determine if the runtime has been updated, check the runtime version in the INIT_START log entry. "
    "If this error correlates with a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the previous runtime version. "
    "For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html"
)

current_request_id = ""


class Fault(Exception):
    """An error of the runtime's own, reported as `Runtime.<kind>`."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind, self.message, self.trace = "Runtime." + kind, message, trace


def write_event(frame_type, text):
    """One log event to standard output, in a frame of AWS's own form because an event may hold several lines."""
    sys.stdout.flush()
    body = text.encode("utf-8", "replace")
    micros = int(time.time() * 1e6)
    frame = frame_type.to_bytes(4, "big") + len(body).to_bytes(4, "big") + micros.to_bytes(8, "big") + body
    while frame:
        frame = frame[os.write(1, frame) :]


class EventHandler(logging.Handler):
    """What `logging` writes."""

    def emit(self, record):
        record.aws_request_id = current_request_id
        text = self.format(record)
        write_event(JSON_FRAME if IS_JSON else TEXT_FRAME, text)


class JsonFormatter(logging.Formatter):
    KNOWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id", "taskName"}

    def format(self, record):
        import traceback

        level = min(50, max(0, record.levelno)) // 10 * 10
        kind, error, trace = record.exc_info if record.exc_info else (None, None, None)
        line = {
            "timestamp": timestamp(record.created),
            "level": logging.getLevelName(level),
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(trace) if trace else None,
            "errorType": kind.__name__ if kind else None,
            "errorMessage": str(error) if kind else None,
            "requestId": record.aws_request_id,
            "location": "{}:{}:{}".format(record.pathname, record.funcName, record.lineno) if kind else None,
        }
        line.update((key, value) for key, value in vars(record).items() if key not in self.KNOWN and key not in line)
        present = {key: value for key, value in line.items() if value is not None}
        return json.dumps(present, ensure_ascii=False, default=str) + "\n"


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".{:03d}Z".format(int(seconds * 1000) % 1000)


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = EventHandler()
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    handler.setFormatter(JsonFormatter() if IS_JSON else logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    root.addHandler(handler)
    if LEVEL and isinstance(logging.getLevelName(LEVEL), int):
        root.setLevel(LEVEL)


def log_error(error):
    if IS_JSON:
        return write_event(JSON_FRAME, to_json({"timestamp": timestamp(time.time())[:-5], "level": "ERROR", **error}))
    said = ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = ["[ERROR] " + said if said else "[ERROR]", "Traceback (most recent call last):"]
    for element in error["stackTrace"]:
        for line in element.splitlines() or [""]:
            bare = line.lstrip(" ")
            # CloudWatch would cut leading spaces, so AWS writes no-break ones.
            lines.append("\u00a0" * (len(line) - len(bare)) + bare)
    write_event(TEXT_FRAME, "\n".join(lines))


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("MalformedHandlerName", "Bad handler '{}': {}".format(name, error))
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", "Cannot use built-in module {} as a handler module".format(module_name))
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '{}': {}".format(module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("UserCodeSyntaxError", "Syntax error in module '{}': {}".format(module_name, error), trace)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '{}' missing on module '{}'".format(function_name, module_name))


def error_of(error, request_id=""):
    """The body that is posted for an exception: keys and order as recorded."""
    if isinstance(error, Fault):
        return {"errorMessage": error.message, "errorType": error.kind, "requestId": request_id, "stackTrace": error.trace or []}
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    first = next((index for index, frame in enumerate(frames) if "/bootstrap.py" not in frame.filename), 0)
    listed = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames[first:]]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(listed),
    }


def to_json(value):
    """JSON as AWS's runtime writes it: decimals keep their digits, and only 3.12 leaves other alphabets as they are."""
    decimals = []

    def default(item):
        import decimal

        if not isinstance(item, decimal.Decimal):
            raise TypeError("Object of type {} is not JSON serializable".format(type(item).__name__))
        if item.is_nan():
            return float("nan")
        decimals.append(str(item))
        return "\x00decimal{}\x00".format(len(decimals) - 1)

    ascii_only = os.environ.get("AWS_EXECUTION_ENV") != "AWS_Lambda_python3.12"
    text = json.dumps(value, default=default, ensure_ascii=ascii_only)
    for index, digits in enumerate(decimals):
        text = text.replace('"\\u0000decimal{}\\u0000"'.format(index), digits, 1)
    return text


def parse_header(text, name):
    if not text:
        return None
    try:
        return json.loads(text)
    except Exception as error:
        raise Fault("LambdaContextUnmarshalError", "Unable to parse {} JSON: {}".format(name, error))


def answer(handler, invocation):
    """Runs the handler; returns the kind of post, its body and its error type."""
    try:
        context = LambdaContext(
            invocation,
            parse_header(invocation.header("lambda-runtime-client-context"), "Client Context"),
            parse_header(invocation.header("lambda-runtime-cognito-identity"), "Cognito Identity"),
        )
        try:
            event = json.loads(invocation.body)
        except Exception as error:
            raise Fault("UnmarshalError", "Unable to unmarshal input: {}".format(error))
        result = handler(event, context)
        if isinstance(result, bytes):
            return "response", result, None
        try:
            return "response", to_json(result).encode(), None
        except Exception as error:
            raise Fault("MarshalError", "Unable to marshal response: {}".format(error))
    except Exception as error:
        body = error_of(error, invocation.request_id)
        log_error(body)
        return "error", to_json(body).encode(), body["errorType"]


def main():
    global current_request_id
    os.dup2(1, 2)
    arrange_import_path()
    set_up_logging()
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        body = error_of(error)
        logging.warning(WARNING)
        log_error(body)
        client.post("init/error", to_json(body).encode(), body["errorType"])
        sys.exit(1)
    while True:
        invocation = client.next()
        current_request_id = invocation.request_id
        trace = invocation.header("lambda-runtime-trace-id")
        if trace:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        what, body, error_type = answer(handler, invocation)
        sys.stdout.flush()
        client.post("invocation/{}/{}".format(invocation.request_id, what), body, error_type)


main()
