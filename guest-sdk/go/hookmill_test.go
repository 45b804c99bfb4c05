package hookmill

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"testing"
)

func TestAmountsAreWrittenAsPeopleWriteThem(t *testing.T) {
	table := []struct {
		minor    int64
		currency string
		expected string
	}{
		{4999, "USD", "49.99"}, {8150, "EUR", "81.5"}, {100, "EUR", "1"}, {5, "EUR", "0.05"},
		{-5, "EUR", "-0.05"}, {0, "EUR", "0"}, {1500, "JPY", "1500"}, {12345, "KWD", "12.345"},
		{12050, "KWD", "12.05"}, {10, "", "0.1"}, {-123456, "XXX", "-1234.56"},
		{9007199254740993, "EUR", "90071992547409.93"},
		{-9223372036854775808, "JPY", "-9223372036854775808"},
	}
	for _, row := range table {
		written, err := json.Marshal(Money{row.minor, row.currency})
		if err != nil || string(written) != row.expected {
			t.Errorf("%d %s: %s, %v", row.minor, row.currency, written, err)
		}
	}
}

func TestARetryIsFoundThroughWhatWrapsIt(t *testing.T) {
	cause := errors.New("cause")
	inner := Retry("later: %w", cause)
	outer := fmt.Errorf("outer: %w", inner)
	if !IsRetry(outer) || !errors.Is(outer, cause) || outer.Error() != "outer: later: cause" {
		t.Error(outer)
	}
	if IsRetry(cause) || IsRetry(nil) {
		t.Error("what is no retry is taken for one")
	}
}

func TestBodiesBringTheirContentType(t *testing.T) {
	webhook := &Webhook{}
	webhook.SetHeader("x-a", "1")
	webhook.SetForm(url.Values{"to": {"+43 1"}, "body": {"ä&b"}})
	expect(t, webhook, "body=%C3%A4%26b&to=%2B43+1", "application/x-www-form-urlencoded")
	webhook.SetText("a text")
	expect(t, webhook, "a text", "text/plain; charset=utf-8")
	webhook.SetBody("application/octet-stream", []byte{0, 255})
	expect(t, webhook, "\x00\xff", "application/octet-stream")
	if err := webhook.SetJSON(map[string]string{"a": "<&>"}); err != nil {
		t.Fatal(err)
	}
	expect(t, webhook, `{"a":"<&>"}`, "")
	webhook.SetHeader("content-type", "application/vnd.api+json")
	if err := webhook.SetJSON(1); err != nil {
		t.Fatal(err)
	}
	expect(t, webhook, "1", "application/vnd.api+json")
	if err := webhook.SetJSON(func() {}); err == nil {
		t.Error("a function is no JSON")
	}
}

func expect(t *testing.T, webhook *Webhook, body, contentType string) {
	t.Helper()
	if string(webhook.Payload) != body {
		t.Errorf("%q is not %q", webhook.Payload, body)
	}
	expected := []Header{{"x-a", "1"}, {"Content-Type", contentType}}
	if contentType == "" {
		expected = expected[:1]
	}
	found := webhook.Headers
	if len(found) != len(expected) || found[0] != expected[0] || found[len(found)-1].Value != expected[len(found)-1].Value {
		t.Errorf("%v is not %v", found, expected)
	}
}

func TestMethodsHaveTheContractsOrder(t *testing.T) {
	for place, method := range []Method{"post", "PUT", "Patch", "DELETE", "get"} {
		if found, err := method.ordinal(); err != nil || int(found) != place {
			t.Error(method, found, err)
		}
	}
	if _, err := Method("HEAD").ordinal(); err == nil {
		t.Error("HEAD can't be sent")
	}
}
