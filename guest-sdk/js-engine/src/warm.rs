//! What is done before the snapshot so that events need not do it.
//!
//! The engine's tables of names and object shapes grow by doubling; growing
//! touches all of them, and an event must not pay for that. Names that webhook
//! payloads often use are interned, so that parsing finds them. Nothing here
//! may be visible to a program.

use crate::js::{Js, Thrown};

/// How many new names and shapes an event may bring before a table grows.
const ROOM: usize = 160;

/// The largest block carved for events, and how many of each size.
const BLOCK_MAX: usize = 120;
const BLOCKS: usize = 32;

/// Property names that many payloads use.
const COMMON_NAMES: &str = "account action active address addons amount api_version attributes \
    billing brand_id business_id cancelled_at card_last_four card_network card_type category city \
    code company content context count country created created_at currency customer customer_id \
    customer_name data date description discount_id discounts email end error error_code \
    error_message event event_type events expires_at failure_reason fields first_name groups \
    height id image interval invoice_id invoice_url items key kind label language last_name line1 \
    line2 link live livemode locale metadata mode next_billing_date note object order_id \
    organization owner page payload payload_type payment_id payment_intent payment_link \
    payment_method payment_method_id payment_method_type payment_provider period_end period_start \
    phone phone_number plan postal_code price previous_billing_date product product_cart \
    product_id products project properties quantity reason receipt refund_id refund_status refunds \
    request resource role settlement_amount settlement_currency settlement_tax source start state \
    status street subject subscription subscription_id subtotal summary tags tax team text time \
    timestamp title to total total_amount traits trial_end trial_period_days type unit_price \
    updated updated_at user userId user_id username uuid value variant version webhook_id width \
    zip zipcode";

/// Makes room in the tables. Called first, so that what it frees is reused.
pub(crate) fn make_room(js: Js) -> Result<(), Thrown> {
    let mut made = Vec::with_capacity(ROOM);
    for index in 0..ROOM {
        let name = js.any_name(&format!("~{index}"))?;
        let object = js.object()?;
        js.define(object, name, crate::js::Value::NULL)?;
        made.push((name, object));
    }
    for (name, object) in made {
        js.free(object);
        js.free_name(name);
    }
    Ok(())
}

/// Interns the common names for good.
pub(crate) fn intern_names(js: Js) {
    for name in COMMON_NAMES.split_ascii_whitespace() {
        js.name(name);
    }
}

/// Carves small blocks for an event to take. The engine gets them by the page
/// and threads each page's blocks together on first use, which an event need
/// not pay for.
pub(crate) fn carve_blocks(js: Js) {
    for size in (8..=BLOCK_MAX).step_by(8) {
        let blocks: Vec<_> = (0..BLOCKS).map(|_| js.block(size)).collect();
        // The first and the last stay, so that their pages do.
        for block in blocks.into_iter().skip(1).take(BLOCKS - 2) {
            js.free_block(block);
        }
    }
}
