"""Payments and subscriptions to Segment's HTTP tracking API.

The same requests as `../handler.js` and `../rust` make, from a component that
`hookmill build` makes with componentize-py.

Must not set credentials: Hookmill adds the write key afterwards.
"""

import hookmill

TRACKED = {
    "payment.succeeded": "Payment Succeeded",
    "payment.failed": "Payment Failed",
    "subscription.active": "Subscription Started",
    "subscription.renewed": "Subscription Renewed",
    "subscription.on_hold": "Subscription On Hold",
    "subscription.plan_changed": "Subscription Plan Changed",
    "subscription.cancelled": "Subscription Cancelled",
    "subscription.expired": "Subscription Expired",
}

# ISO 4217 currencies whose minor unit is not a hundredth.
WHOLE = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()
)
THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class Transform(hookmill.Transform):
    def handler(self, webhook: hookmill.Webhook, context: hookmill.Context) -> None:
        kind = webhook.event_type
        if kind in TRACKED:
            track = track_payment if kind.startswith("payment.") else track_subscription
            call, body = "track", track(TRACKED[kind], kind, webhook.json())
        elif kind == "subscription.updated":
            call, body = "identify", identify(kind, webhook.json())
        else:
            webhook.cancel = True
            return
        webhook.url = f"https://{host(context)}/v1/{call}"
        webhook.set_json(known(body))


def host(context: hookmill.Context) -> str:
    is_european = context.env.get("REGION") == "eu"
    return "events.eu1.segmentapis.com" if is_european else "api.segment.io"


def track_payment(event: str, kind: str, payload: dict) -> dict:
    data = payload["data"]
    value = major(data.get("total_amount"), data.get("currency"))
    cart = data.get("product_cart")
    return {
        "userId": data["customer"].get("customer_id"),
        "event": event,
        "messageId": f"{kind}:{data['payment_id']}",
        "timestamp": payload.get("timestamp"),
        "properties": {
            "payment_id": data["payment_id"],
            "subscription_id": data.get("subscription_id"),
            "revenue": value if kind == "payment.succeeded" else None,
            "value": value,
            "tax": major(data.get("tax"), data.get("currency")),
            "currency": data.get("currency"),
            "payment_method": data.get("payment_method"),
            "products": cart
            and [
                {"product_id": item.get("product_id"), "quantity": item.get("quantity")}
                for item in cart
            ],
            "error_code": data.get("error_code"),
            "error_message": data.get("error_message"),
        },
        "context": {"traits": person(data["customer"])},
    }


def track_subscription(event: str, kind: str, payload: dict) -> dict:
    data, timestamp = payload["data"], payload.get("timestamp")
    return {
        "userId": data["customer"].get("customer_id"),
        "event": event,
        # A subscription may renew, or start again after a pause, within the
        # day for which Segment remembers ids: the instant keeps those apart.
        "messageId": f"{kind}:{data['subscription_id']}:{timestamp}",
        "timestamp": timestamp,
        "properties": {
            "subscription_id": data["subscription_id"],
            "product_id": data.get("product_id"),
            "quantity": data.get("quantity"),
            "status": data.get("status"),
            "value": major(data.get("recurring_pre_tax_amount"), data.get("currency")),
            "currency": data.get("currency"),
            "interval": data.get("payment_frequency_interval"),
            "interval_count": data.get("payment_frequency_count"),
            "next_billing_date": data.get("next_billing_date"),
            "cancel_at_next_billing_date": data.get("cancel_at_next_billing_date"),
            "cancelled_at": data.get("cancelled_at"),
            "cancellation_feedback": data.get("cancellation_feedback"),
        },
        "context": {"traits": person(data["customer"])},
    }


def identify(kind: str, payload: dict) -> dict:
    data, timestamp = payload["data"], payload.get("timestamp")
    company = data.get("customer_business_name")
    return {
        "userId": data["customer"].get("customer_id"),
        "messageId": f"{kind}:{data['subscription_id']}:{timestamp}",
        "timestamp": timestamp,
        "traits": {
            **person(data["customer"]),
            "company": {"name": company} if company else None,
            "plan": data.get("product_id"),
            "subscription_status": data.get("status"),
        },
    }


def person(customer: dict) -> dict:
    return {
        "email": customer.get("email"),
        "name": customer.get("name"),
        "phone": customer.get("phone_number"),
    }


def major(minor, currency):
    """Minor units to the number that people write: 4999 USD is 49.99, 1500 JPY 1500."""
    if minor is None or currency in WHOLE:
        return minor
    scale = 1000 if currency in THOUSANDTHS else 100
    return minor // scale if minor % scale == 0 else minor / scale


def known(value):
    """Leaves out what is None: nothing is what the vendor should be told of it."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [known(item) for item in value]
    return value
