package main

import "hookmill"

// What is read of the events. A pointer is for what may be null or absent.

type paymentEvent struct {
	Timestamp string  `json:"timestamp"`
	Data      payment `json:"data"`
}

type payment struct {
	PaymentID      string    `json:"payment_id"`
	SubscriptionID *string   `json:"subscription_id"`
	TotalAmount    int64     `json:"total_amount"`
	Tax            *int64    `json:"tax"`
	Currency       string    `json:"currency"`
	PaymentMethod  *string   `json:"payment_method"`
	ProductCart    []product `json:"product_cart"`
	ErrorCode      *string   `json:"error_code"`
	ErrorMessage   *string   `json:"error_message"`
	Customer       customer  `json:"customer"`
}

type product struct {
	ProductID string `json:"product_id"`
	Quantity  int64  `json:"quantity"`
}

type customer struct {
	CustomerID  string  `json:"customer_id"`
	Email       string  `json:"email"`
	Name        string  `json:"name"`
	PhoneNumber *string `json:"phone_number"`
}

type subscriptionEvent struct {
	Timestamp string       `json:"timestamp"`
	Data      subscription `json:"data"`
}

type subscription struct {
	SubscriptionID           string   `json:"subscription_id"`
	ProductID                string   `json:"product_id"`
	Quantity                 int64    `json:"quantity"`
	Status                   string   `json:"status"`
	RecurringPreTaxAmount    int64    `json:"recurring_pre_tax_amount"`
	Currency                 string   `json:"currency"`
	PaymentFrequencyInterval string   `json:"payment_frequency_interval"`
	PaymentFrequencyCount    int64    `json:"payment_frequency_count"`
	NextBillingDate          string   `json:"next_billing_date"`
	CancelAtNextBillingDate  bool     `json:"cancel_at_next_billing_date"`
	CancelledAt              *string  `json:"cancelled_at"`
	CancellationFeedback     *string  `json:"cancellation_feedback"`
	CustomerBusinessName     string   `json:"customer_business_name"`
	Customer                 customer `json:"customer"`
}

// What is sent. Segment is told nothing of what is not known.

type track struct {
	UserID     string      `json:"userId"`
	Event      string      `json:"event"`
	MessageID  string      `json:"messageId"`
	Timestamp  string      `json:"timestamp"`
	Properties any         `json:"properties"`
	Context    callContext `json:"context"`
}

type callContext struct {
	Traits traits `json:"traits"`
}

type traits struct {
	Email string  `json:"email"`
	Name  string  `json:"name"`
	Phone *string `json:"phone,omitempty"`
}

type paymentProperties struct {
	PaymentID      string          `json:"payment_id"`
	SubscriptionID *string         `json:"subscription_id,omitempty"`
	Revenue        *hookmill.Money `json:"revenue,omitempty"`
	Value          *hookmill.Money `json:"value"`
	Tax            *hookmill.Money `json:"tax,omitempty"`
	Currency       string          `json:"currency"`
	PaymentMethod  *string         `json:"payment_method,omitempty"`
	Products       []product       `json:"products,omitzero"`
	ErrorCode      *string         `json:"error_code,omitempty"`
	ErrorMessage   *string         `json:"error_message,omitempty"`
}

type subscriptionProperties struct {
	SubscriptionID          string         `json:"subscription_id"`
	ProductID               string         `json:"product_id"`
	Quantity                int64          `json:"quantity"`
	Status                  string         `json:"status"`
	Value                   hookmill.Money `json:"value"`
	Currency                string         `json:"currency"`
	Interval                string         `json:"interval"`
	IntervalCount           int64          `json:"interval_count"`
	NextBillingDate         string         `json:"next_billing_date"`
	CancelAtNextBillingDate bool           `json:"cancel_at_next_billing_date"`
	CancelledAt             *string        `json:"cancelled_at,omitempty"`
	CancellationFeedback    *string        `json:"cancellation_feedback,omitempty"`
}

type identity struct {
	UserID    string     `json:"userId"`
	MessageID string     `json:"messageId"`
	Timestamp string     `json:"timestamp"`
	Traits    planTraits `json:"traits"`
}

type planTraits struct {
	traits
	Company            *company `json:"company,omitempty"`
	Plan               string   `json:"plan"`
	SubscriptionStatus string   `json:"subscription_status"`
}

type company struct {
	Name string `json:"name"`
}
