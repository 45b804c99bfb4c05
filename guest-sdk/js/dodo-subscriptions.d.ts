// Subscriptions of Dodo Payments, credits, grants and license keys.

import type { Metadata, Customer, Address, CustomFieldResponse, Discount } from "./dodo-payments";

/** A checkout that was left, and perhaps finished later. */
export interface AbandonedCheckout {
  abandoned_at: string;
  abandonment_reason: string;
  brand_id: string;
  customer_id: string;
  payload_type: "AbandonedCheckout";
  payment_id: string;
  recovered_payment_id: string | null;
  status: string;
}

/** A change of a customer's credits. Amounts are decimal numbers in texts. */
export interface CreditLedgerEntry {
  amount: string;
  balance_after: string;
  balance_before: string;
  brand_id: string;
  business_id: string;
  created_at: string;
  credit_entitlement_id: string;
  customer_id: string;
  description: string | null;
  grant_id: string | null;
  id: string;
  is_credit: boolean;
  metadata: Metadata;
  overage_after: string;
  overage_before: string;
  payload_type: "CreditLedgerEntry";
  reference_id: string | null;
  reference_type: string | null;
  transaction_type: string;
}

/** Credits below their threshold. Amounts are decimal numbers in texts. */
export interface CreditBalance {
  available_balance: string;
  brand_id: string;
  credit_entitlement_id: string;
  credit_entitlement_name: string;
  customer_id: string;
  payload_type: "CreditBalanceLow";
  subscription_credits_amount: string;
  subscription_id: string;
  threshold_amount: string;
  threshold_percent: number;
}

/** An attempt to recover a failed renewal. */
export interface DunningAttempt {
  brand_id: string;
  created_at: string;
  customer_id: string;
  payload_type: "DunningAttempt";
  payment_id: string | null;
  status: string;
  subscription_id: string;
  trigger_state: string;
}

/** Access that a customer was given. */
export interface EntitlementGrant {
  brand_id: string;
  business_id: string;
  created_at: string;
  customer_id: string;
  delivered_at: string | null;
  digital_product_delivery: DigitalProductDelivery | null;
  entitlement_id: string;
  error_code: string | null;
  error_message: string | null;
  feature: unknown;
  id: string;
  integration_type: string;
  license_key: GrantedLicenseKey | null;
  metadata: Metadata;
  oauth_expires_at: string | null;
  oauth_url: string | null;
  payload_type: "EntitlementGrant";
  payment_id: string | null;
  revocation_reason: string | null;
  revoked_at: string | null;
  status: string;
  subscription_id: string | null;
  updated_at: string;
}

/** How digital products are handed over. */
export interface DigitalProductDelivery {
  external_url: string | null;
  files: DigitalFile[];
  instructions: string;
}

/** One file of them. */
export interface DigitalFile {
  content_type: string;
  download_url: string;
  expires_in: number;
  file_id: string;
  file_size: number;
  filename: string;
}

/** A license key as part of a grant. */
export interface GrantedLicenseKey {
  activations_limit: number;
  activations_used: number;
  expires_at: string | null;
  key: string;
}

/** A license key. */
export interface LicenseKey {
  activations_limit: number;
  brand_id: string;
  business_id: string;
  created_at: string;
  customer_id: string;
  expires_at: string;
  id: string;
  instances_count: number;
  key: string;
  payload_type: "LicenseKey";
  payment_id: string;
  product_id: string;
  source: string;
  status: string;
  subscription_id: string | null;
}

/** A subscription. */
export interface Subscription {
  addons: Addon[];
  billing: Address;
  brand_id: string;
  cancel_at_next_billing_date: boolean;
  cancellation_comment?: string | null;
  cancellation_feedback?: string | null;
  cancelled_at?: string | null;
  /** RFC 3339. */
  created_at: string;
  credit_entitlement_cart: CreditEntitlement[];
  /** ISO 4217. */
  currency: string;
  custom_field_responses?: CustomFieldResponse[] | null;
  customer: Customer;
  customer_business_name?: string | null;
  discount_cycles_remaining?: number | null;
  discount_id?: string | null;
  discounts?: Discount[];
  expires_at?: string | null;
  metadata: Metadata;
  meter_credit_entitlement_cart: MeterCreditEntitlement[];
  meters: Meter[];
  /** RFC 3339. */
  next_billing_date: string;
  on_demand: boolean;
  paused_at?: string | null;
  payload_type: "Subscription";
  payment_frequency_count: number;
  /** `Day`, `Week`, `Month` or `Year`. */
  payment_frequency_interval: string;
  payment_method_id?: string | null;
  previous_billing_date: string;
  product_id: string;
  quantity: number;
  /** In minor units of `currency`. */
  recurring_pre_tax_amount: number;
  scheduled_change?: ScheduledChange | null;
  status: string;
  subscription_id: string;
  subscription_period_count: number;
  subscription_period_interval: string;
  tax_id?: string | null;
  tax_inclusive: boolean;
  /** In minor units of `currency`. */
  trial_amount?: number | null;
  trial_period_days: number;
}

/** An addition to a subscription. */
export interface Addon {
  addon_id: string;
  quantity: number;
  name?: string;
}

/** Credits that come with a subscription. */
export interface CreditEntitlement {
  credit_entitlement_id: string;
  credit_entitlement_name: string;
  credits_amount: string;
  expires_after_days: number;
  low_balance_threshold_percent: number;
  max_rollover_count: number | null;
  overage_balance: string;
  overage_behavior: string;
  overage_enabled: boolean;
  overage_limit: string | null;
  product_id: string;
  remaining_balance: string;
  rollover_enabled: boolean;
  rollover_percentage: number | null;
  rollover_timeframe_count: number | null;
  rollover_timeframe_interval: string | null;
  unit: string;
}

/** Credits that pay for metered usage. */
export interface MeterCreditEntitlement {
  credit_entitlement_id: string;
  meter_id: string;
  meter_name: string;
  meter_units_per_credit: string;
  product_id: string;
}

/** What is counted and billed by usage. */
export interface Meter {
  currency: string;
  description: string | null;
  free_threshold: number;
  measurement_unit: string;
  meter_id: string;
  name: string;
  price_per_unit: string;
}

/** A change of plan that is still to come. */
export interface ScheduledChange {
  addons: Addon[];
  created_at: string;
  effective_at: string;
  id: string;
  product_description: string | null;
  product_id: string;
  product_name: string;
  quantity: number;
}
