// Package hookmill makes transforms: a transform is one function.
//
//	func main() {}
//
//	func init() { hookmill.Handle(handler) }
//
//	func handler(webhook *hookmill.Webhook, context *hookmill.Context) error { ... }
//
// It gets the webhook as the event source sent it and changes it into the
// request that the destination wants. An error ends the event: it is parked
// until someone replays it, or tried again when the error is one of [Retry]. A
// panic ends it, too, with its words in the log.
//
// There are no files, no network, no environment and no credentials here, and
// the clock stands at the instant at which the event was accepted.
package hookmill

import (
	"errors"
	"fmt"
	"time"
)

// Handler turns a webhook into the request to send, in place.
type Handler func(webhook *Webhook, context *Context) error

// Handle makes a function the transform's handler; to be called from init.
func Handle(handler Handler) {
	handle = handler
}

var handle Handler = func(*Webhook, *Context) error {
	return errors.New("no handler: call hookmill.Handle from init")
}

// Context is what a transform may know besides the webhook.
type Context struct {
	// EventID is the same for every endpoint.
	EventID string
	// DeliveryID is the same for every attempt.
	DeliveryID string
	// ReceivedAt is when the event was accepted; [time.Now] shows the same.
	ReceivedAt time.Time
	// Env holds the endpoint's variables.
	Env map[string]string
	// Params is a JSON object; `{}` when there are none.
	Params []byte
}

// Retry is an error for what may go well later: the event is tried again by
// the endpoint's schedule. Its arguments are those of [fmt.Errorf]. Any other
// error parks the event.
func Retry(format string, arguments ...any) error {
	return &retry{fmt.Errorf(format, arguments...)}
}

type retry struct{ reason error }

func (it *retry) Error() string { return it.reason.Error() }

func (it *retry) Unwrap() error { return it.reason }

// IsRetry says whether an error, or one that it wraps, is one of [Retry].
func IsRetry(err error) bool {
	var found *retry
	return errors.As(err, &found)
}
