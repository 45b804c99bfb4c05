// Events of Dodo Payments: what `webhook.payload` holds when they are the source.
//
// Written from sample events, one for each type. A provider may add fields and
// types at any time; whoever wants more than is declared here extends an
// interface or gives `Webhook` another type.

import type { Payment, Refund, Dispute, Payout } from "./dodo-payments";
import type {
  AbandonedCheckout,
  CreditLedgerEntry,
  CreditBalance,
  DunningAttempt,
  EntitlementGrant,
  LicenseKey,
  Subscription,
} from "./dodo-subscriptions";

export * from "./dodo-payments";
export * from "./dodo-subscriptions";

/** What every event has around its data. */
export interface DodoEnvelope<Type extends string, Data extends { payload_type: string }> {
  business_id: string;
  /** RFC 3339: when it happened. */
  timestamp: string;
  /** The same as `webhook.eventType`. */
  type: Type;
  /** What it happened to, as it was then. `payload_type` tells the kinds apart. */
  data: Data;
}

// One type for each `type`, and one for each kind of data.

export type AbandonedCheckoutDetected = DodoEnvelope<"abandoned_checkout.detected", AbandonedCheckout>;
export type AbandonedCheckoutRecovered = DodoEnvelope<"abandoned_checkout.recovered", AbandonedCheckout>;
export type AbandonedCheckoutEvent =
  | AbandonedCheckoutDetected
  | AbandonedCheckoutRecovered;

export type CreditAdded = DodoEnvelope<"credit.added", CreditLedgerEntry>;
export type CreditDeducted = DodoEnvelope<"credit.deducted", CreditLedgerEntry>;
export type CreditExpired = DodoEnvelope<"credit.expired", CreditLedgerEntry>;
export type CreditManualAdjustment = DodoEnvelope<"credit.manual_adjustment", CreditLedgerEntry>;
export type CreditOverageCharged = DodoEnvelope<"credit.overage_charged", CreditLedgerEntry>;
export type CreditOverageReset = DodoEnvelope<"credit.overage_reset", CreditLedgerEntry>;
export type CreditRolledOver = DodoEnvelope<"credit.rolled_over", CreditLedgerEntry>;
export type CreditRolloverForfeited = DodoEnvelope<"credit.rollover_forfeited", CreditLedgerEntry>;
export type CreditLedgerEntryEvent =
  | CreditAdded
  | CreditDeducted
  | CreditExpired
  | CreditManualAdjustment
  | CreditOverageCharged
  | CreditOverageReset
  | CreditRolledOver
  | CreditRolloverForfeited;

export type CreditBalanceLow = DodoEnvelope<"credit.balance_low", CreditBalance>;
export type CreditBalanceEvent = CreditBalanceLow;

export type DisputeAccepted = DodoEnvelope<"dispute.accepted", Dispute>;
export type DisputeCancelled = DodoEnvelope<"dispute.cancelled", Dispute>;
export type DisputeChallenged = DodoEnvelope<"dispute.challenged", Dispute>;
export type DisputeExpired = DodoEnvelope<"dispute.expired", Dispute>;
export type DisputeLost = DodoEnvelope<"dispute.lost", Dispute>;
export type DisputeOpened = DodoEnvelope<"dispute.opened", Dispute>;
export type DisputeWon = DodoEnvelope<"dispute.won", Dispute>;
export type DisputeEvent =
  | DisputeAccepted
  | DisputeCancelled
  | DisputeChallenged
  | DisputeExpired
  | DisputeLost
  | DisputeOpened
  | DisputeWon;

export type DunningRecovered = DodoEnvelope<"dunning.recovered", DunningAttempt>;
export type DunningStarted = DodoEnvelope<"dunning.started", DunningAttempt>;
export type DunningAttemptEvent =
  | DunningRecovered
  | DunningStarted;

export type EntitlementGrantCreated = DodoEnvelope<"entitlement_grant.created", EntitlementGrant>;
export type EntitlementGrantDelivered = DodoEnvelope<"entitlement_grant.delivered", EntitlementGrant>;
export type EntitlementGrantFailed = DodoEnvelope<"entitlement_grant.failed", EntitlementGrant>;
export type EntitlementGrantRevoked = DodoEnvelope<"entitlement_grant.revoked", EntitlementGrant>;
export type EntitlementGrantEvent =
  | EntitlementGrantCreated
  | EntitlementGrantDelivered
  | EntitlementGrantFailed
  | EntitlementGrantRevoked;

export type LicenseKeyCreated = DodoEnvelope<"license_key.created", LicenseKey>;
export type LicenseKeyEvent = LicenseKeyCreated;

export type PaymentCancelled = DodoEnvelope<"payment.cancelled", Payment>;
export type PaymentFailed = DodoEnvelope<"payment.failed", Payment>;
export type PaymentProcessing = DodoEnvelope<"payment.processing", Payment>;
export type PaymentSucceeded = DodoEnvelope<"payment.succeeded", Payment>;
export type PaymentEvent =
  | PaymentCancelled
  | PaymentFailed
  | PaymentProcessing
  | PaymentSucceeded;

export type PayoutCreated = DodoEnvelope<"payout.created", Payout>;
export type PayoutFailed = DodoEnvelope<"payout.failed", Payout>;
export type PayoutInProgress = DodoEnvelope<"payout.in_progress", Payout>;
export type PayoutOnHold = DodoEnvelope<"payout.on_hold", Payout>;
export type PayoutSuccess = DodoEnvelope<"payout.success", Payout>;
export type PayoutEvent =
  | PayoutCreated
  | PayoutFailed
  | PayoutInProgress
  | PayoutOnHold
  | PayoutSuccess;

export type RefundFailed = DodoEnvelope<"refund.failed", Refund>;
export type RefundSucceeded = DodoEnvelope<"refund.succeeded", Refund>;
export type RefundEvent =
  | RefundFailed
  | RefundSucceeded;

export type SubscriptionActive = DodoEnvelope<"subscription.active", Subscription>;
export type SubscriptionCancelled = DodoEnvelope<"subscription.cancelled", Subscription>;
export type SubscriptionExpired = DodoEnvelope<"subscription.expired", Subscription>;
export type SubscriptionFailed = DodoEnvelope<"subscription.failed", Subscription>;
export type SubscriptionOnHold = DodoEnvelope<"subscription.on_hold", Subscription>;
export type SubscriptionPaused = DodoEnvelope<"subscription.paused", Subscription>;
export type SubscriptionPlanChanged = DodoEnvelope<"subscription.plan_changed", Subscription>;
export type SubscriptionRenewed = DodoEnvelope<"subscription.renewed", Subscription>;
export type SubscriptionUnpaused = DodoEnvelope<"subscription.unpaused", Subscription>;
export type SubscriptionUpdatePaymentMethod = DodoEnvelope<"subscription.update_payment_method", Subscription>;
export type SubscriptionUpdated = DodoEnvelope<"subscription.updated", Subscription>;
export type SubscriptionEvent =
  | SubscriptionActive
  | SubscriptionCancelled
  | SubscriptionExpired
  | SubscriptionFailed
  | SubscriptionOnHold
  | SubscriptionPaused
  | SubscriptionPlanChanged
  | SubscriptionRenewed
  | SubscriptionUnpaused
  | SubscriptionUpdatePaymentMethod
  | SubscriptionUpdated;

/** Any event, told apart by its `type`. */
export type DodoEvent =
  | AbandonedCheckoutEvent
  | CreditLedgerEntryEvent
  | CreditBalanceEvent
  | DisputeEvent
  | DunningAttemptEvent
  | EntitlementGrantEvent
  | LicenseKeyEvent
  | PaymentEvent
  | PayoutEvent
  | RefundEvent
  | SubscriptionEvent;
