"""Puts whoever paid on a list: `payment.succeeded` becomes a request to the
list's members. Every other event is canceled, so that nothing is sent.

Credentials don't belong here: Hookmill adds them afterwards.
"""

import json

import wit_world
from componentize_py_types import Err
from wit_world.imports.types import Context, Failure_Reject, Header, Webhook


class WitWorld(wit_world.WitWorld):
    def handler(self, webhook: Webhook, context: Context) -> Webhook:
        if webhook.event_type != "payment.succeeded":
            webhook.cancel = True
            return webhook
        variables = {one.name: one.value for one in context.env}
        if "LIST_ID" not in variables:
            raise Err(Failure_Reject("set the variable LIST_ID"))
        data = json.loads(webhook.payload)["data"]
        member = {
            "email": data["customer"]["email"],
            "name": data["customer"]["name"],
            "paid": data["total_amount"],  # in the currency's smallest unit
            "currency": data["currency"],
        }
        webhook.payload = json.dumps(member, ensure_ascii=False).encode()
        webhook.url = f"https://api.example.com/lists/{variables['LIST_ID']}/members"
        webhook.headers = [Header("Accept", "application/json")]
        return webhook
