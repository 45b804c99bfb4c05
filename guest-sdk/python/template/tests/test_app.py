import json
import unittest
from pathlib import Path

import hookmill
from app import Transform

EVENTS = Path(__file__).parent.parent / "events"


def run(name: str, env: dict) -> hookmill.Webhook:
    payload = (EVENTS / f"{name}.json").read_bytes()
    webhook = hookmill.Webhook(name, "https://relay.invalid/default", payload)
    Transform().handler(webhook, hookmill.Context(env=env))
    return webhook


class HandlerTest(unittest.TestCase):
    def test_a_payment_goes_to_the_lists_members(self):
        webhook = run("payment.succeeded", {"LIST_ID": "7"})
        self.assertEqual(webhook.url, "https://api.example.com/lists/7/members")
        self.assertEqual(json.loads(webhook.payload)["name"], "Ines Duarte")

    def test_other_events_are_canceled(self):
        self.assertTrue(run("refund.succeeded", {}).cancel)

    def test_without_a_list_the_event_is_rejected(self):
        with self.assertRaisesRegex(hookmill.Reject, "set the variable LIST_ID"):
            run("payment.succeeded", {})
