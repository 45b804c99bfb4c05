//! The queue of one endpoint: the head of it in memory, the rest on disk.
//!
//! The window holds every row of the lane before `beyond`; rows from there on
//! are on disk only. Claiming takes rows out of the window, so neither what is
//! leased nor what is not due is ever looked at twice. When the window runs
//! dry the reader fills it with a scan that starts at `beyond`.

use crate::keyspace::due_row::Place;
use hookmill_domain::EventId;
use std::collections::{BTreeMap, BTreeSet};

/// A row in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) event: EventId,
    pub(crate) origin: Origin,
}

/// Where a row in the window came from, and so what is known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Accepted in this process and untouched since: no attempts, no rows of
    /// its own.
    Fresh,
    /// Anything else: its rows must be read, and may be gone already.
    Stored,
}

/// The queue of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    window: BTreeMap<Place, Waiting>,
    beyond: Option<Place>,
    /// While a scan is under way.
    scanning: Option<Scanning>,
}

/// What changed on disk while a scan is under way, which it may have missed.
#[derive(Debug, Default)]
struct Scanning {
    /// Came in at or after `beyond`.
    added: Vec<(Place, Waiting)>,
    /// Was leased, and left its place.
    left: BTreeSet<Place>,
}

impl Lane {
    /// A lane whose first row on disk is this one.
    pub(crate) fn on_disk(first: Place) -> Self {
        Self {
            beyond: Some(first),
            ..Self::default()
        }
    }

    /// When its first row is due, at the earliest; none when it is empty.
    pub(crate) fn head_ms(&self) -> Option<u64> {
        let first = self.window.keys().next().or(self.beyond.as_ref());
        first.map(|place| place.due_ms)
    }

    /// Adds a row that is on disk by now.
    pub(crate) fn insert(&mut self, place: Place, waiting: Waiting, window_rows_max: usize) {
        if self.beyond.is_none_or(|beyond| place < beyond) {
            self.window.insert(place, waiting);
            self.trim(window_rows_max);
        } else if let Some(scanning) = &mut self.scanning {
            scanning.added.push((place, waiting));
        }
    }

    /// Notes that a leased row is no longer on disk.
    pub(crate) fn leave(&mut self, place: Place) {
        if let Some(scanning) = &mut self.scanning {
            scanning.left.insert(place);
        }
    }

    /// Takes out the first row that is due, if it is in the window.
    pub(crate) fn pop_due(&mut self, now_ms: u64) -> Option<(Place, Waiting)> {
        let first = self.window.first_entry()?;
        (first.key().due_ms <= now_ms).then(|| first.remove_entry())
    }

    /// Where a scan must start to find more that is due; none when nothing
    /// more can be, or a scan is under way.
    pub(crate) fn scan_start(&self, now_ms: u64) -> Option<Place> {
        let dry = self.window.is_empty() && self.scanning.is_none();
        self.beyond.filter(|place| dry && place.due_ms <= now_ms)
    }

    /// Notes that a scan is under way.
    pub(crate) fn scan_begins(&mut self) {
        self.scanning = Some(Scanning::default());
    }

    /// Takes over the rows from `start` on that a scan found; `next` is the
    /// first one that it left on disk. Rows that are leased must have been
    /// left out.
    pub(crate) fn scan_ends(
        &mut self,
        start: Place,
        rows: Vec<(Place, Waiting)>,
        next: Option<Place>,
        window_rows_max: usize,
    ) {
        let missed = self.scanning.take().unwrap_or_default();
        let rows = rows
            .into_iter()
            .filter(|(place, _)| !missed.left.contains(place));
        if self.beyond != Some(start) {
            // The window overflowed meanwhile: the next scan starts earlier.
            return;
        }
        self.window.extend(rows);
        self.beyond = next;
        self.trim(window_rows_max);
        for (place, waiting) in missed.added {
            self.insert(place, waiting, window_rows_max);
        }
    }

    /// Leaves to the disk what does not fit into the window.
    fn trim(&mut self, window_rows_max: usize) {
        while self.window.len() > window_rows_max {
            self.beyond = self.window.pop_last().map(|(place, _)| place);
        }
    }

    /// Whether nothing waits, neither in the window nor on disk.
    pub(crate) fn is_empty(&self) -> bool {
        self.window.is_empty() && self.beyond.is_none() && self.scanning.is_none()
    }

    /// Gives up a scan that failed.
    pub(crate) fn scan_failed(&mut self) {
        self.scanning = None;
    }

    /// Rows in the window.
    #[cfg(test)]
    pub(crate) fn window_rows(&self) -> usize {
        self.window.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookmill_domain::DeliveryId;
    use proptest::prelude::*;

    fn place(due_ms: u64) -> Place {
        Place {
            due_ms,
            delivery: DeliveryId::from_bytes([0; 16]),
        }
    }

    const ROW: Waiting = Waiting {
        event: EventId::from_bytes([1; 16]),
        origin: Origin::Stored,
    };

    /// What can happen to a lane, as its users do it.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Pop(u64),
        /// The first row that was popped waits again, this much later.
        Settle(u64),
        ScanBegins,
        ScanEnds,
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_u64..16).prop_map(Step::Insert),
            (0_u64..16).prop_map(Step::Pop),
            (0_u64..16).prop_map(Step::Settle),
            Just(Step::ScanBegins),
            Just(Step::ScanEnds),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The disk is a sorted set; a scan sees it as it was when the scan
        /// began, the worst case. Whatever happens, popping with scans until
        /// nothing is left finds every row exactly once.
        #[test]
        fn no_row_is_lost_or_found_twice(steps in proptest::collection::vec(any_step(), 0..200)) {
            const ROWS_MAX: usize = 2;
            let (mut lane, mut disk, mut popped) = (Lane::default(), BTreeSet::new(), BTreeSet::new());
            let mut scan: Option<(Place, Vec<Place>)> = None;
            let end = |lane: &mut Lane, (start, rows): (Place, Vec<Place>), popped: &BTreeSet<Place>| {
                let next = rows.get(3).copied();
                let rows = rows.iter().take(3).filter(|p| !popped.contains(p));
                lane.scan_ends(start, rows.map(|p| (*p, ROW)).collect(), next, ROWS_MAX);
            };
            for step in steps {
                match step {
                    Step::Insert(n) => {
                        if disk.insert(place(n)) {
                            lane.insert(place(n), ROW, ROWS_MAX);
                        }
                    }
                    Step::Pop(now) => {
                        if let Some((found, _)) = lane.pop_due(now) {
                            prop_assert!(disk.contains(&found), "found where it no longer is");
                            prop_assert!(popped.insert(found), "found twice");
                            prop_assert!(found.due_ms <= now);
                        }
                    }
                    Step::Settle(later) => {
                        if let Some(settled) = popped.pop_first() {
                            disk.remove(&settled);
                            lane.leave(settled);
                            let again = place(settled.due_ms + later);
                            if disk.insert(again) {
                                lane.insert(again, ROW, ROWS_MAX);
                            }
                        }
                    }
                    Step::ScanBegins => {
                        if let Some(start) = lane.scan_start(u64::MAX) {
                            lane.scan_begins();
                            scan = Some((start, disk.range(start..).copied().collect()));
                        }
                    }
                    Step::ScanEnds => {
                        if let Some(scan) = scan.take() {
                            end(&mut lane, scan, &popped);
                        }
                    }
                }
                prop_assert!(lane.window_rows() <= ROWS_MAX);
            }
            if let Some(scan) = scan {
                end(&mut lane, scan, &popped);
            }
            while !lane.is_empty() {
                match lane.pop_due(u64::MAX) {
                    Some((found, _)) => prop_assert!(popped.insert(found), "found twice"),
                    None => {
                        let start = lane.scan_start(u64::MAX).expect("a dry lane has more on disk");
                        lane.scan_begins();
                        end(&mut lane, (start, disk.range(start..).copied().collect()), &popped);
                    }
                }
            }
            prop_assert_eq!(popped, disk);
        }
    }
}
