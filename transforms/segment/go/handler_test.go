package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"hookmill"
)

func run(t *testing.T, path string, env map[string]string) *hookmill.Webhook {
	t.Helper()
	payload, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var event struct{ Type string }
	webhook := &hookmill.Webhook{URL: "https://relay.invalid/default", Method: hookmill.Post, Payload: payload}
	if err := webhook.Decode(&event); err != nil {
		t.Fatal(err)
	}
	webhook.EventType = event.Type
	if err := handler(webhook, &hookmill.Context{Env: env}); err != nil {
		t.Fatal(path, err)
	}
	return webhook
}

func TestEveryEventBecomesTheExpectedRequest(t *testing.T) {
	events, err := filepath.Glob("../events/*.json")
	if err != nil || len(events) < 20 {
		t.Fatal(events, err)
	}
	for _, event := range events {
		webhook := run(t, event, nil)
		text, err := os.ReadFile("../expected/" + filepath.Base(event))
		if err != nil {
			t.Fatal(err)
		}
		var expected struct {
			URL     string
			Payload any
			Cancel  bool
		}
		var payload any
		if err := json.Unmarshal(text, &expected); err != nil {
			t.Fatal(err)
		}
		if err := webhook.Decode(&payload); err != nil {
			t.Fatal(err)
		}
		if webhook.URL != expected.URL || webhook.Cancel != expected.Cancel || !reflect.DeepEqual(payload, expected.Payload) {
			t.Errorf("%s: %s %s", event, webhook.URL, webhook.Payload)
		}
	}
}

func TestAEuropeanWorkspaceHasItsOwnHost(t *testing.T) {
	webhook := run(t, "../events/subscription.updated.json", map[string]string{"REGION": "eu"})
	if webhook.URL != "https://events.eu1.segmentapis.com/v1/identify" {
		t.Error(webhook.URL)
	}
}
