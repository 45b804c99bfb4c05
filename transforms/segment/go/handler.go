// Payments and subscriptions to Segment's HTTP tracking API, the same requests
// as `../handler.js` and `../rust` make.
//
// What happens to a customer becomes a `track` call; `subscription.updated`
// becomes an `identify` call with the traits as they are now. Events that are
// not listed are canceled, so that no raw event ever reaches the vendor. Must
// not set credentials: Hookmill adds the write key afterwards.
package main

import (
	"strings"

	"hookmill"
)

func main() {}

func init() { hookmill.Handle(handler) }

var tracked = map[string]string{
	"payment.succeeded":         "Payment Succeeded",
	"payment.failed":            "Payment Failed",
	"subscription.active":       "Subscription Started",
	"subscription.renewed":      "Subscription Renewed",
	"subscription.on_hold":      "Subscription On Hold",
	"subscription.plan_changed": "Subscription Plan Changed",
	"subscription.cancelled":    "Subscription Cancelled",
	"subscription.expired":      "Subscription Expired",
}

func handler(webhook *hookmill.Webhook, context *hookmill.Context) error {
	name, isTracked := tracked[webhook.EventType]
	var call string
	var err error
	switch {
	case isTracked && strings.HasPrefix(webhook.EventType, "payment."):
		call, err = "track", trackPayment(name, webhook)
	case isTracked:
		call, err = "track", trackSubscription(name, webhook)
	case webhook.EventType == "subscription.updated":
		call, err = "identify", identify(webhook)
	default:
		webhook.Cancel = true
		return nil
	}
	host := "api.segment.io"
	if context.Env["REGION"] == "eu" {
		host = "events.eu1.segmentapis.com"
	}
	webhook.URL = "https://" + host + "/v1/" + call
	return err
}

func trackPayment(name string, webhook *hookmill.Webhook) error {
	var event paymentEvent
	if err := webhook.Decode(&event); err != nil {
		return err
	}
	data := event.Data
	value := &hookmill.Money{Minor: data.TotalAmount, Currency: data.Currency}
	properties := paymentProperties{
		PaymentID:      data.PaymentID,
		SubscriptionID: data.SubscriptionID,
		Value:          value,
		Currency:       data.Currency,
		PaymentMethod:  data.PaymentMethod,
		Products:       data.ProductCart,
		ErrorCode:      data.ErrorCode,
		ErrorMessage:   data.ErrorMessage,
	}
	if webhook.EventType == "payment.succeeded" {
		properties.Revenue = value
	}
	if data.Tax != nil {
		properties.Tax = &hookmill.Money{Minor: *data.Tax, Currency: data.Currency}
	}
	return webhook.SetJSON(track{
		UserID:     data.Customer.CustomerID,
		Event:      name,
		MessageID:  webhook.EventType + ":" + data.PaymentID,
		Timestamp:  event.Timestamp,
		Properties: properties,
		Context:    callContext{person(data.Customer)},
	})
}

func trackSubscription(name string, webhook *hookmill.Webhook) error {
	var event subscriptionEvent
	if err := webhook.Decode(&event); err != nil {
		return err
	}
	data := event.Data
	return webhook.SetJSON(track{
		UserID:    data.Customer.CustomerID,
		Event:     name,
		MessageID: repeatableID(webhook, &event),
		Timestamp: event.Timestamp,
		Properties: subscriptionProperties{
			SubscriptionID:          data.SubscriptionID,
			ProductID:               data.ProductID,
			Quantity:                data.Quantity,
			Status:                  data.Status,
			Value:                   hookmill.Money{Minor: data.RecurringPreTaxAmount, Currency: data.Currency},
			Currency:                data.Currency,
			Interval:                data.PaymentFrequencyInterval,
			IntervalCount:           data.PaymentFrequencyCount,
			NextBillingDate:         data.NextBillingDate,
			CancelAtNextBillingDate: data.CancelAtNextBillingDate,
			CancelledAt:             data.CancelledAt,
			CancellationFeedback:    data.CancellationFeedback,
		},
		Context: callContext{person(data.Customer)},
	})
}

func identify(webhook *hookmill.Webhook) error {
	var event subscriptionEvent
	if err := webhook.Decode(&event); err != nil {
		return err
	}
	data := event.Data
	traits := planTraits{
		traits:             person(data.Customer),
		Plan:               data.ProductID,
		SubscriptionStatus: data.Status,
	}
	if data.CustomerBusinessName != "" {
		traits.Company = &company{data.CustomerBusinessName}
	}
	return webhook.SetJSON(identity{
		UserID:    data.Customer.CustomerID,
		MessageID: repeatableID(webhook, &event),
		Timestamp: event.Timestamp,
		Traits:    traits,
	})
}

func person(customer customer) traits {
	return traits{customer.Email, customer.Name, customer.PhoneNumber}
}

// A subscription may renew, or start again after a pause, within the day for
// which Segment remembers ids: the instant keeps those apart.
func repeatableID(webhook *hookmill.Webhook, event *subscriptionEvent) string {
	return webhook.EventType + ":" + event.Data.SubscriptionID + ":" + event.Timestamp
}
