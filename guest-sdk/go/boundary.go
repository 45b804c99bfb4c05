//go:build wasip1

package hookmill

// The boundary: the canonical ABI of the world in `wit/transform.wit`, written
// out by hand, as `guest-sdk/boundary.md` describes it. The project's tests
// hold these layouts against the WIT by running components.
//
// Go's own pointers have 64 bits and the boundary's 32, so addresses are
// numbers here, and what they lead to is kept from being collected.

import (
	"structs"
	"time"
	"unsafe"
)

//go:wasmimport hookmill:transform/log@1.0.0 write
func logWrite(level uint32, at unsafe.Pointer, size uint32)

type text struct {
	_    structs.HostLayout
	at   uint32
	size uint32
}

type pair struct {
	_           structs.HostLayout
	name, value text
}

type pairs struct {
	_     structs.HostLayout
	at    uint32
	count uint32
}

type webhookRecord struct {
	_         structs.HostLayout
	eventType text
	url       text
	method    uint8
	headers   pairs
	payload   text
	cancel    bool
}

type contextRecord struct {
	_            structs.HostLayout
	eventID      text
	deliveryID   text
	receivedAtMs uint64
	env          pairs
	params       text
}

type parameters struct {
	_       structs.HostLayout
	webhook webhookRecord
	context contextRecord
}

type result struct {
	_         structs.HostLayout
	isFailure bool
	webhook   webhookRecord
}

type failureResult struct {
	_         structs.HostLayout
	isFailure bool
	_         [3]byte
	isRetry   bool
	reason    text
}

// What the host holds addresses of. An instance is dropped after its event, so
// nothing is ever let go.
var kept []any

// realloc is how the host asks for memory. Nothing that it was given ever
// grows.
//
//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, had, alignment, size uint32) unsafe.Pointer {
	// Words, because their addresses suit every alignment of the contract.
	words := make([]uint64, size/8+1)
	kept = append(kept, words)
	block := unsafe.Pointer(unsafe.SliceData(words))
	if had > 0 {
		copy(unsafe.Slice((*byte)(block), size), unsafe.Slice((*byte)(old), had))
	}
	return block
}

//go:wasmexport handler
func export(given *parameters) unsafe.Pointer {
	context := &Context{
		EventID:    given.context.eventID.string(),
		DeliveryID: given.context.deliveryID.string(),
		ReceivedAt: time.UnixMilli(int64(given.context.receivedAtMs)).UTC(),
		Env:        make(map[string]string, given.context.env.count),
		Params:     given.context.params.bytes(),
	}
	for _, one := range given.context.env.all() {
		context.Env[one.name.string()] = one.value.string()
	}
	webhook := &Webhook{
		EventType: given.webhook.eventType.string(),
		URL:       given.webhook.url.string(),
		Method:    methods[given.webhook.method],
		Payload:   given.webhook.payload.bytes(),
		Cancel:    given.webhook.cancel,
	}
	for _, one := range given.webhook.headers.all() {
		webhook.Headers = append(webhook.Headers, Header{one.name.string(), one.value.string()})
	}
	if err := handle(webhook, context); err != nil {
		return failed(err)
	}
	method, err := webhook.Method.ordinal()
	if err != nil {
		return failed(err)
	}
	headers := make([]pair, len(webhook.Headers))
	for i, one := range webhook.Headers {
		headers[i] = pair{name: lowered(one.Name), value: lowered(one.Value)}
	}
	kept = append(kept, headers)
	answer := &result{webhook: webhookRecord{
		eventType: lowered(webhook.EventType),
		url:       lowered(webhook.URL),
		method:    method,
		headers:   pairs{at: address(unsafe.Pointer(unsafe.SliceData(headers))), count: uint32(len(headers))},
		payload:   loweredBytes(webhook.Payload),
		cancel:    webhook.Cancel,
	}}
	kept = append(kept, answer)
	return unsafe.Pointer(answer)
}

func failed(err error) unsafe.Pointer {
	answer := &failureResult{isFailure: true, isRetry: IsRetry(err), reason: lowered(err.Error())}
	kept = append(kept, answer)
	return unsafe.Pointer(answer)
}

func (it text) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(it.at))), it.size)
}

func (it text) string() string {
	return string(it.bytes())
}

func (it pairs) all() []pair {
	return unsafe.Slice((*pair)(unsafe.Pointer(uintptr(it.at))), it.count)
}

func lowered(words string) text {
	return loweredBytes([]byte(words))
}

func loweredBytes(bytes []byte) text {
	kept = append(kept, bytes)
	return text{at: address(unsafe.Pointer(unsafe.SliceData(bytes))), size: uint32(len(bytes))}
}

func address(pointer unsafe.Pointer) uint32 {
	return uint32(uintptr(pointer))
}

func write(level Level, message string) {
	logWrite(uint32(level), unsafe.Pointer(unsafe.StringData(message)), uint32(len(message)))
}
