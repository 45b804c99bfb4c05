"""Puts whoever paid on a list: `payment.succeeded` becomes a request to the
list's members. Every other event is canceled, so that nothing is sent.

Credentials don't belong here: Hookmill adds them afterwards.
"""

import hookmill


class Transform(hookmill.Transform):
    def handler(self, webhook: hookmill.Webhook, context: hookmill.Context) -> None:
        if webhook.event_type != "payment.succeeded":
            webhook.cancel = True
            return
        if "LIST_ID" not in context.env:
            raise hookmill.Reject("set the variable LIST_ID")
        data = webhook.json()["data"]
        webhook.url = f"https://api.example.com/lists/{context.env['LIST_ID']}/members"
        webhook.headers["Accept"] = "application/json"
        webhook.set_json(
            {
                "email": data["customer"]["email"],
                "name": data["customer"]["name"],
                "paid": data["total_amount"],  # in the currency's smallest unit
                "currency": data["currency"],
            }
        )
