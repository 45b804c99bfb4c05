// Puts whoever paid on a list: `payment.succeeded` becomes a request to the
// list's members. Every other event is canceled, so that nothing is sent.
//
// Credentials don't belong here: Hookmill adds them afterwards.
package main

import (
	"errors"

	"hookmill"
)

func main() {}

func init() { hookmill.Handle(handler) }

// What is read of the event.
type event struct {
	Data struct {
		Customer    struct{ Email, Name string }
		TotalAmount int64 `json:"total_amount"`
		Currency    string
	}
}

// The body of the request.
type member struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Paid     int64  `json:"paid"` // in the currency's smallest unit
	Currency string `json:"currency"`
}

func handler(webhook *hookmill.Webhook, context *hookmill.Context) error {
	if webhook.EventType != "payment.succeeded" {
		webhook.Cancel = true
		return nil
	}
	list := context.Env["LIST_ID"]
	if list == "" {
		return errors.New("set the variable LIST_ID")
	}
	var event event
	if err := webhook.Decode(&event); err != nil {
		return err
	}
	data := event.Data
	webhook.URL = "https://api.example.com/lists/" + list + "/members"
	webhook.SetHeader("Accept", "application/json")
	return webhook.SetJSON(member{
		Email:    data.Customer.Email,
		Name:     data.Customer.Name,
		Paid:     data.TotalAmount,
		Currency: data.Currency,
	})
}
