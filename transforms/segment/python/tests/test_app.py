import json
import unittest
from pathlib import Path

import hookmill
from app import Transform

SEGMENT = Path(__file__).parents[2]


def run(event_type: str, payload: bytes, env: dict) -> hookmill.Webhook:
    webhook = hookmill.Webhook(event_type, "https://relay.invalid/default", payload)
    Transform().handler(webhook, hookmill.Context(env=env))
    return webhook


class HandlerTest(unittest.TestCase):
    def test_every_event_becomes_the_expected_request(self):
        env = json.loads((SEGMENT / "env.json").read_bytes())
        for event in sorted((SEGMENT / "events").iterdir()):
            with self.subTest(event.name):
                payload = event.read_bytes()
                webhook = run(json.loads(payload)["type"], payload, env)
                expected = json.loads((SEGMENT / "expected" / event.name).read_text())
                self.assertEqual(webhook.cancel, expected["cancel"])
                self.assertEqual(webhook.url, expected["url"])
                self.assertEqual(json.loads(webhook.payload), expected["payload"])

    def test_a_european_workspace_has_its_own_host(self):
        payload = (SEGMENT / "events/subscription.updated.json").read_bytes()
        webhook = run("subscription.updated", payload, {"REGION": "eu"})
        self.assertEqual(
            webhook.url, "https://events.eu1.segmentapis.com/v1/identify"
        )
