// Payments of Dodo Payments, and what belongs to them.

/** Values of one's own that were given to the provider's API. */
export interface Metadata {
  [name: string]: string | number | boolean | null | undefined;
}

/** Who pays. */
export interface Customer {
  customer_id: string;
  email: string;
  metadata?: Metadata;
  name: string;
  phone_number?: string | null;
}

/** A billing address. */
export interface Address {
  city?: string;
  country: string;
  state?: string | null;
  street?: string;
  zipcode?: string | null;
}

/** A product that was paid for once. */
export interface CartItem {
  product_id: string;
  quantity: number;
}

/** An answer to a question at the checkout. */
export interface CustomFieldResponse {
  key: string;
  value: string;
}

/** A discount that was used. */
export interface Discount {
  amount: number;
  business_id: string;
  code: string;
  created_at: string;
  cycles_remaining: number | null;
  discount_id: string;
  expires_at: string;
  metadata: Metadata;
  name: string | null;
  position: number;
  preserve_on_plan_change: boolean;
  restricted_to: string[];
  subscription_cycles: number | null;
  times_used: number;
  type: string;
  usage_limit: number;
}

/** A payment. What is not known is absent or null. */
export interface Payment {
  billing: Address;
  brand_id: string;
  business_id: string;
  card_holder_name?: string | null;
  card_issuing_country?: string | null;
  card_last_four?: string | null;
  card_network?: string | null;
  card_type?: string | null;
  checkout_session_id?: string | null;
  /** RFC 3339. */
  created_at: string;
  /** ISO 4217. */
  currency: string;
  custom_field_responses?: CustomFieldResponse[] | null;
  customer: Customer;
  digital_products_delivered: boolean;
  discount_id?: string | null;
  discounts?: Discount[];
  disputes: PaymentDispute[];
  error_code?: string | null;
  error_message?: string | null;
  invoice_id?: string | null;
  invoice_url?: string | null;
  is_update_payment_method: boolean;
  metadata: Metadata;
  payload_type: "Payment";
  payment_id: string;
  payment_link?: string | null;
  payment_method?: string | null;
  payment_method_id?: string;
  payment_method_type?: string;
  payment_provider: string;
  product_cart?: CartItem[] | null;
  refund_status?: string | null;
  refunds: PaymentRefund[];
  retry_attempt: number;
  /** In minor units of `settlement_currency`. */
  settlement_amount: number;
  settlement_currency: string;
  settlement_tax?: number | null;
  status?: string;
  subscription_id?: string | null;
  /** In minor units of `currency`. */
  tax?: number | null;
  /** In minor units of `currency`: 4999 USD is 49.99, 1500 JPY is 1500. */
  total_amount: number;
  updated_at?: string | null;
}

/** A dispute, as a payment lists it. */
export interface PaymentDispute {
  amount: string;
  business_id: string;
  created_at: string;
  currency: string;
  dispute_id: string;
  dispute_stage: string;
  dispute_status: string;
  is_resolved_by_rdr: boolean | null;
  payment_id: string;
  remarks: string | null;
}

/** A refund, as a payment lists it. In minor units. */
export interface PaymentRefund {
  amount: number;
  business_id: string;
  created_at: string;
  currency: string;
  is_partial: boolean;
  payment_id: string;
  reason: string | null;
  refund_id: string;
  status: string;
}

/** A refund. In minor units. */
export interface Refund {
  amount: number | null;
  brand_id: string;
  business_id: string;
  created_at: string;
  currency: string | null;
  customer: Customer;
  is_partial: boolean;
  metadata: Metadata;
  payload_type: "Refund";
  payment_id: string;
  reason: string | null;
  refund_id: string;
  status: string;
}

/** A dispute about a payment. `amount` is a text. */
export interface Dispute {
  amount: string;
  brand_id: string;
  business_id: string;
  created_at: string;
  currency: string;
  customer: Customer;
  dispute_id: string;
  dispute_stage: string;
  dispute_status: string;
  is_resolved_by_rdr: boolean | null;
  payload_type: "Dispute";
  payment_id: string;
  payment_provider: string;
  reason: string | null;
  remarks: string | null;
}

/** A payout to the business. In minor units. */
export interface Payout {
  amount: number;
  business_id: string;
  chargebacks: number;
  created_at: string;
  currency: string;
  fee: number;
  name: string | null;
  payload_type: "Payout";
  payment_method: string;
  payout_document_url: string | null;
  payout_id: string;
  refunds: number;
  remarks: string | null;
  status: string;
  tax: number;
  updated_at: string;
}
