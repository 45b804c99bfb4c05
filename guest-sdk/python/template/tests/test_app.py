import json
import unittest
from pathlib import Path

from app import WitWorld
from componentize_py_types import Err
from wit_world.imports.types import Context, Method, Variable, Webhook

EVENTS = Path(__file__).parent.parent / "events"


def run(name: str, env: dict[str, str]) -> Webhook:
    payload = (EVENTS / f"{name}.json").read_bytes()
    webhook = Webhook(
        name, "https://relay.invalid/default", Method.POST, [], payload, False
    )
    variables = [Variable(*one) for one in env.items()]
    return WitWorld().handler(webhook, Context("evt", "dlv", 0, variables, "{}"))


class HandlerTest(unittest.TestCase):
    def test_a_payment_goes_to_the_lists_members(self):
        webhook = run("payment.succeeded", {"LIST_ID": "7"})
        self.assertEqual(webhook.url, "https://api.example.com/lists/7/members")
        self.assertEqual(json.loads(webhook.payload)["name"], "Ines Duarte")

    def test_other_events_are_canceled(self):
        self.assertTrue(run("refund.succeeded", {}).cancel)

    def test_without_a_list_the_event_is_rejected(self):
        with self.assertRaises(Err) as caught:
            run("payment.succeeded", {})
        self.assertEqual(caught.exception.value.value, "set the variable LIST_ID")
