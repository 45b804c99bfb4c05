"""Tests of the SDK itself, on the host: `python3 -m unittest` in this folder."""

import json
import unittest

import hookmill


class WebhookTest(unittest.TestCase):
    def setUp(self):
        self.webhook = hookmill.Webhook("t", "u", b'{"n":123456789012345678901}')

    def body(self):
        return self.webhook.payload, dict(self.webhook.headers)

    def test_header_fields_count_in_any_case(self):
        headers = self.webhook.headers
        headers["X-A"] = "1"
        headers["x-a"] = "2"
        self.assertEqual(dict(headers), {"x-a": "2"})
        self.assertEqual(headers["X-a"], "2")
        self.assertIn("X-A", headers)
        self.assertNotIn("X-B", headers)
        self.assertEqual(headers.get("X-B", "3"), "3")
        with self.assertRaises(KeyError):
            headers["X-B"]
        del headers["X-A"]
        self.assertEqual(headers.pop("X-A", "4"), "4")

    def test_bodies_bring_their_content_type(self):
        self.webhook.set_form({"to": "+43 1", "body": "ä&b"})
        form = {"Content-Type": hookmill.FORM}
        self.assertEqual(self.body(), (b"to=%2B43+1&body=%C3%A4%26b", form))
        self.webhook.set_text("ä")
        text = {"Content-Type": hookmill.TEXT}
        self.assertEqual(self.body(), ("ä".encode(), text))
        self.webhook.set_json({"a": "ä"})
        self.assertEqual(self.body(), ('{"a": "ä"}'.encode(), {}))
        self.webhook.headers["content-type"] = "application/vnd.api+json"
        self.webhook.set_json(1)
        self.assertEqual(self.webhook.headers["Content-Type"], "application/vnd.api+json")

    def test_json_keeps_digits_and_refuses_what_it_has_not(self):
        self.webhook.set_json(self.webhook.json())
        self.assertEqual(json.loads(self.webhook.payload)["n"], 123456789012345678901)
        self.webhook.set_json("\ud800")
        self.assertEqual(self.webhook.payload, b'"\\ud800"')
        for wrong in (float("nan"), object()):
            with self.assertRaises((TypeError, ValueError)):
                self.webhook.set_json(wrong)

    def test_a_level_that_is_not_there_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "loud"):
            hookmill.log("x", "loud")
