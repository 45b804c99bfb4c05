package hookmill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Method is an HTTP method.
type Method string

// What a request can be. An endpoint may allow fewer.
const (
	Post   Method = "POST"
	Put    Method = "PUT"
	Patch  Method = "PATCH"
	Delete Method = "DELETE"
	Get    Method = "GET"
)

// In the contract's order.
var methods = [...]Method{Post, Put, Patch, Delete, Get}

// ordinal is a method's place in the contract.
func (method Method) ordinal() (uint8, error) {
	for place, known := range methods {
		if strings.EqualFold(string(method), string(known)) {
			return uint8(place), nil
		}
	}
	return 0, fmt.Errorf("the method %q can't be sent: it is one of %v", string(method), methods)
}

// Header is a header field.
type Header struct{ Name, Value string }

// Webhook is what the event source sent, and becomes the request to send.
type Webhook struct {
	// EventType is an input: a change is ignored.
	EventType string
	// URL starts as the endpoint's.
	URL string
	// Method starts as [Post].
	Method Method
	// Headers starts empty; see SetHeader.
	Headers []Header
	// Payload is the body. It starts as the event's, a JSON object, and is
	// sent byte for byte when it is left alone.
	Payload []byte
	// Cancel set to true sends nothing.
	Cancel bool
}

// Decode reads the event, as [json.Unmarshal] does.
func (webhook *Webhook) Decode(into any) error {
	return json.Unmarshal(webhook.Payload, into)
}

// SetHeader sets a header field; an earlier one of the same name is replaced.
func (webhook *Webhook) SetHeader(name, value string) {
	others := slices.DeleteFunc(webhook.Headers, func(header Header) bool {
		return strings.EqualFold(header.Name, name)
	})
	webhook.Headers = append(others, Header{name, value})
}

// SetJSON makes a value the body, as [json.Marshal] writes it but for `<`, `>`
// and `&`, which stay as they are. A content type that is not JSON is dropped.
func (webhook *Webhook) SetJSON(value any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	webhook.Headers = slices.DeleteFunc(webhook.Headers, func(header Header) bool {
		isJSON := strings.Contains(strings.ToLower(header.Value), "json")
		return strings.EqualFold(header.Name, "Content-Type") && !isJSON
	})
	webhook.Payload = bytes.TrimRight(body.Bytes(), "\n")
	return nil
}

// SetForm makes a form the body, with its content type.
func (webhook *Webhook) SetForm(form url.Values) {
	webhook.SetBody("application/x-www-form-urlencoded", []byte(form.Encode()))
}

// SetText makes a plain text the body, with its content type.
func (webhook *Webhook) SetText(text string) {
	webhook.SetBody("text/plain; charset=utf-8", []byte(text))
}

// SetBody makes any bytes the body. They are sent as they are; under a content
// type of JSON they must be JSON.
func (webhook *Webhook) SetBody(contentType string, body []byte) {
	webhook.SetHeader("Content-Type", contentType)
	webhook.Payload = body
}
