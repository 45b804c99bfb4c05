"""Signs and verifies with the official Python libraries, for tests/clients.rs.

Reads one JSON object a line: {"library", "secret", "id", "timestamp", "body"}
signs, and with "headers" verifies. Answers one line each: {"signature"} or
{"verified"}. Holds no opinion of its own about signatures.
"""

import datetime
import json
import sys

import standardwebhooks
import svix.webhooks

LIBRARIES = {
    "standardwebhooks": standardwebhooks.Webhook,
    "svix": svix.webhooks.Webhook,
}


def answer(task):
    webhook = LIBRARIES[task["library"]](task["secret"])
    if "headers" not in task:
        at = datetime.datetime.fromtimestamp(task["timestamp"], datetime.timezone.utc)
        return {"signature": webhook.sign(task["id"], at, task["body"])}
    try:
        webhook.verify(task["body"], task["headers"])
    except Exception as error:  # each library has exceptions of its own
        return {"verified": False, "error": repr(error)}
    return {"verified": True}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
