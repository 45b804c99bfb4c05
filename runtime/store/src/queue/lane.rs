//! One endpoint's queue: the deliveries that are in memory, and from where on
//! there are more in the index.
//!
//! What waits beyond memory is found by a scan of the index's rows. A scan and
//! a pass never run at the same time, so nothing changes rows under a scan;
//! what is in memory changes at any time.

use super::waiting::{PackId, Position, Waiting};
use hookmill_domain::DeliveryId;
use std::collections::BTreeMap;

/// A lane.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    window: BTreeMap<Position, Waiting>,
    beyond: Option<Beyond>,
}

/// Deliveries that are in the index only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Beyond {
    /// None of them is before this.
    position: Position,
    /// None of their rows is before this one.
    pack: PackId,
}

impl Beyond {
    fn of_pack(pack: PackId) -> Self {
        let position = Position {
            due_ms: pack.due_ms,
            delivery: DeliveryId::from_bytes([0; 16]),
        };
        Self { position, pack }
    }
}

impl Lane {
    /// A lane whose first row in the index is this one.
    pub(crate) fn indexed(first: PackId) -> Self {
        Self {
            window: BTreeMap::new(),
            beyond: Some(Beyond::of_pack(first)),
        }
    }

    /// When its first delivery is due, at the earliest; none when it is empty.
    pub(crate) fn head_ms(&self) -> Option<u64> {
        let first = self.window.keys().next().map(|position| position.due_ms);
        let beyond = self.beyond.map(|beyond| beyond.position.due_ms);
        first.into_iter().chain(beyond).min()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.window.is_empty() && self.beyond.is_none()
    }

    pub(crate) fn insert(&mut self, waiting: Waiting) {
        self.window.insert(waiting.position(), waiting);
    }

    /// Takes out the first delivery if it is due and `may` be taken.
    pub(crate) fn pop_due(
        &mut self,
        now_ms: u64,
        may: impl FnOnce(&Waiting) -> bool,
    ) -> Option<Waiting> {
        let first = self.window.first_entry()?;
        let position = *first.key();
        let is_first = self.beyond.is_none_or(|beyond| position < beyond.position);
        (position.due_ms <= now_ms && is_first && may(first.get())).then(|| first.remove())
    }

    /// The row from which a scan must start to find what is due first; none
    /// when that is in memory, or nothing is due.
    pub(crate) fn scan_start(&self, now_ms: u64) -> Option<PackId> {
        let beyond = self.beyond?;
        let first = self.window.keys().next();
        let hides_first = first.is_none_or(|first| *first >= beyond.position);
        (hides_first && beyond.position.due_ms <= now_ms).then_some(beyond.pack)
    }

    /// The row from which a scan can start that fills the window.
    pub(crate) fn next_pack(&self) -> Option<PackId> {
        self.beyond.map(|beyond| beyond.pack)
    }

    /// Takes over what a scan found; `next` is the first row that it left.
    pub(crate) fn scanned(&mut self, found: Vec<Waiting>, next: Option<PackId>) {
        let found = found.into_iter().map(|it| (it.position(), it));
        self.window.extend(found);
        self.beyond = next.map(Beyond::of_pack);
    }

    /// Notes in which row a delivery is. False when it is not in memory here.
    pub(crate) fn set_pack(&mut self, position: Position, pack: PackId) -> bool {
        let waiting = self.window.get_mut(&position);
        waiting.map(|waiting| waiting.pack = Some(pack)).is_some()
    }

    /// Leaves to the index what is beyond so many, the last first.
    pub(crate) fn trim(&mut self, len_max: usize) {
        let surplus = self.window.len().saturating_sub(len_max);
        let indexed = self.window.iter().rev();
        let indexed = indexed.filter_map(|(position, waiting)| Some((*position, waiting.pack?)));
        let surplus: Vec<_> = indexed.take(surplus).collect();
        for (position, pack) in surplus {
            self.window.remove(&position);
            let before = self.beyond.unwrap_or(Beyond { position, pack });
            self.beyond = Some(Beyond {
                position: before.position.min(position),
                pack: before.pack.min(pack),
            });
        }
    }

    /// Deliveries in memory.
    pub(crate) fn len(&self) -> usize {
        self.window.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::waiting::Subject;
    use super::*;
    use crate::journal::lsn::Lsn;
    use hookmill_domain::{EndpointId, EventId, TenantId};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn waiting(due_ms: u64, n: u8) -> Waiting {
        Waiting {
            subject: Subject {
                delivery: DeliveryId::from_bytes([n; 16]),
                endpoint: EndpointId::from_bytes([0; 16]),
                event: EventId::from_bytes([0; 16]),
                tenant: TenantId::from_bytes([0; 16]),
                accepted: Lsn::ZERO,
            },
            due_ms,
            attempts: 0,
            first_attempt: 1,
            request: None,
            since: Lsn::ZERO,
            pack: None,
        }
    }

    /// What can happen to a lane, as its users do it.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Pop(u64),
        /// What is new goes into rows, and what is too much leaves memory.
        Pass,
        Scan(u64),
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0_u64..16).prop_map(Step::Insert),
            4 => (0_u64..16).prop_map(Step::Pop),
            1 => Just(Step::Pass),
            2 => (0_u64..16).prop_map(Step::Scan),
        ]
    }

    /// The index: rows of at most two deliveries.
    #[derive(Default)]
    struct Rows(BTreeMap<PackId, Vec<Waiting>>);

    impl Rows {
        fn scan(
            &self,
            from: PackId,
            popped: &BTreeSet<Position>,
        ) -> (Vec<Waiting>, Option<PackId>) {
            let mut rows = self.0.range(from..);
            let found = rows.by_ref().take(2).flat_map(|(_, row)| row);
            let found = found.filter(|it| !popped.contains(&it.position()));
            let found = found.copied().collect();
            (found, rows.next().map(|(pack, _)| *pack))
        }
    }

    proptest! {
        /// Whatever happens, popping with scans until nothing is left finds
        /// every delivery exactly once, and never one before an earlier one
        /// that was in a row or in memory.
        #[test]
        fn no_delivery_is_lost_or_found_twice(steps in proptest::collection::vec(any_step(), 0..120)) {
            let (mut lane, mut rows) = (Lane::default(), Rows::default());
            let (mut all, mut popped) = (BTreeSet::new(), BTreeSet::new());
            let mut fresh: Vec<Waiting> = Vec::new();
            let pop = |lane: &mut Lane, all: &BTreeSet<Position>, popped: &mut BTreeSet<Position>, now| {
                let found = lane.pop_due(now, |_| true)?.position();
                assert!(popped.insert(found), "found twice");
                let first = all.iter().find(|it| !popped.contains(*it) || **it == found);
                assert_eq!(first, Some(&found), "an earlier one is passed over");
                Some(found)
            };
            for (n, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(due_ms) => {
                        let new = waiting(due_ms, n as u8);
                        all.insert(new.position());
                        fresh.push(new);
                        lane.insert(new);
                    }
                    Step::Pop(now) => {
                        pop(&mut lane, &all, &mut popped, now);
                    }
                    Step::Pass => {
                        fresh.retain(|it| !popped.contains(&it.position()));
                        fresh.sort_by_key(Waiting::position);
                        for (row, some) in fresh.chunks(2).enumerate() {
                            let pack = PackId { due_ms: some[0].due_ms, number: (n * 100 + row) as u64 };
                            let some: Vec<_> = some.iter().map(|it| Waiting { pack: Some(pack), ..*it }).collect();
                            for it in &some {
                                prop_assert!(lane.set_pack(it.position(), pack));
                            }
                            rows.0.insert(pack, some);
                        }
                        fresh.clear();
                        lane.trim(3);
                    }
                    Step::Scan(now) => {
                        if let Some(from) = lane.scan_start(now) {
                            let (found, next) = rows.scan(from, &popped);
                            lane.scanned(found, next);
                        }
                    }
                }
            }
            while !lane.is_empty() {
                if pop(&mut lane, &all, &mut popped, u64::MAX).is_none() {
                    let from = lane.scan_start(u64::MAX).expect("the rest is in rows");
                    let (found, next) = rows.scan(from, &popped);
                    lane.scanned(found, next);
                }
            }
            prop_assert_eq!(popped, all);
        }
    }
}
