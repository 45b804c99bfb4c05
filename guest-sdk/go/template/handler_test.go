package main

import (
	"os"
	"testing"

	"hookmill"
)

// run gives what the handler makes of a sample event.
func run(t *testing.T, eventType string, env map[string]string) (*hookmill.Webhook, error) {
	t.Helper()
	payload, err := os.ReadFile("events/" + eventType + ".json")
	if err != nil {
		t.Fatal(err)
	}
	webhook := &hookmill.Webhook{
		EventType: eventType,
		URL:       "https://relay.invalid/default",
		Method:    hookmill.Post,
		Payload:   payload,
	}
	return webhook, handler(webhook, &hookmill.Context{Env: env})
}

func TestAPaymentGoesToTheListsMembers(t *testing.T) {
	webhook, err := run(t, "payment.succeeded", map[string]string{"LIST_ID": "7"})
	if err != nil {
		t.Fatal(err)
	}
	if webhook.URL != "https://api.example.com/lists/7/members" {
		t.Error(webhook.URL)
	}
	expected := `{"email":"ines.duarte@example.org","name":"Ines Duarte","paid":8150,"currency":"EUR"}`
	if string(webhook.Payload) != expected {
		t.Errorf("%s", webhook.Payload)
	}
}

func TestOtherEventsAreCanceled(t *testing.T) {
	webhook, err := run(t, "refund.succeeded", nil)
	if err != nil || !webhook.Cancel {
		t.Error(webhook, err)
	}
}

func TestWithoutAListTheEventIsRejected(t *testing.T) {
	_, err := run(t, "payment.succeeded", nil)
	if err == nil || err.Error() != "set the variable LIST_ID" {
		t.Error(err)
	}
}
