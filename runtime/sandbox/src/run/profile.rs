//! Where a run's fuel goes: which of its functions use it, and who calls them.
//!
//! The guest asks at every function's entry and every turn of a loop whether
//! its deadline has passed. Here it always has, so that its call stack can be
//! taken. Between two calls or returns the fuel it has written down does not
//! change: such a stretch belongs to one function, and one stack is enough for
//! it. The same run always gives the same profile. What a function uses between
//! a call's return and its next call or turn counts for the function that it
//! called. Must not run while serving: it makes a run some hundred times
//! slower.

use crate::caps::{PROFILE_LONG_TURNS, PROFILE_LOOK_EVERY, PROFILE_STACKS_MAX, PROFILE_WALL_MAX};
use crate::program::loaded::Loaded;
use crate::run::execute::{start, store_for};
use crate::run::frames::function_name;
use crate::run::guest::Guest;
use crate::run::host::Host;
use crate::run::invocation::{Invocation, RunError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use wasmtime::{StoreContextMut, UpdateDeadline, WasmBacktrace};

/// Fuel by call stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Function names from the outermost to the innermost, and the units of
    /// fuel used there. Ordered by stack.
    pub stacks: Vec<(Vec<String>, u64)>,
    /// Units of fuel that the run used: the sum of all stacks.
    pub fuel: u64,
}

/// What the stacks add up to, while the run is under way.
struct Sampler {
    stacks: BTreeMap<Vec<String>, u64>,
    /// The stack of the stretch that has begun, when one was taken.
    current: Option<Vec<String>>,
    fuel_left: u64,
    turns: u64,
    stretches: u64,
    /// Stretches to go before the next stack is taken.
    stretches_to_go: u64,
    /// On average every how manieth stretch is sampled; none only counts them.
    interval: Option<u64>,
    random: u64,
    begun: Instant,
}

/// Profiles one run, on the thread that calls.
pub(crate) fn profile(
    host: &Host,
    program: &Loaded,
    mut invocation: Invocation,
) -> Result<Profile, RunError> {
    invocation.caps = host.admit_for(&invocation.caps, invocation.payload.len());
    // The first run only counts the stretches, the second takes the stacks.
    let (counted, fuel) = run(host, program, &invocation, None)?;
    let interval = counted.stretches.div_ceil(PROFILE_STACKS_MAX).max(1);
    let (sampler, _) = run(host, program, &invocation, Some(interval))?;
    Ok(sampler.finish(fuel))
}

/// One run, and the fuel that it used.
fn run(
    host: &Host,
    program: &Loaded,
    invocation: &Invocation,
    interval: Option<u64>,
) -> Result<(Sampler, u64), RunError> {
    let _ticking = host.ticking();
    let mut store = store_for(host, program, invocation)?;
    let fuel_given = store.get_fuel().unwrap_or(0);
    let sampler = Arc::new(Mutex::new(Sampler {
        stacks: BTreeMap::new(),
        current: None,
        fuel_left: fuel_given,
        turns: 0,
        stretches: 0,
        stretches_to_go: 0,
        interval,
        random: 1,
        begun: Instant::now(),
    }));
    let shared = Arc::clone(&sampler);
    store.set_epoch_deadline(0);
    store.epoch_deadline_callback(move |store| {
        let mut sampler = shared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(sampler.pass(&store))
    });
    // A fault is part of the profile, too: its fuel was used.
    let _ = start(&mut store, program, invocation)?;
    let fuel_left = store.get_fuel().unwrap_or(0);
    drop(store);
    let sampler = Arc::into_inner(sampler)
        .ok_or_else(|| RunError::Internal("a profile outlived its run".to_owned()))?;
    let mut sampler = sampler.into_inner().unwrap_or_else(PoisonError::into_inner);
    sampler.close(fuel_left);
    Ok((sampler, fuel_given.saturating_sub(fuel_left)))
}

impl Sampler {
    /// The guest is at a point where its stack can be taken.
    fn pass(&mut self, store: &StoreContextMut<'_, Guest>) -> UpdateDeadline {
        let fuel_left = store.get_fuel().unwrap_or(0);
        let stack = || stack(&WasmBacktrace::force_capture(store));
        if self.stretches > 0 && fuel_left == self.fuel_left {
            self.turns += 1;
            if self.turns == PROFILE_LONG_TURNS && self.interval.is_some() {
                self.current.get_or_insert_with(stack);
            }
        } else {
            self.close(fuel_left);
            self.stretches += 1;
            if let Some(interval) = self.interval {
                if self.stretches_to_go == 0 {
                    self.stretches_to_go = self.gap(interval);
                    self.current = Some(stack());
                }
                self.stretches_to_go -= 1;
            }
        }
        let passed = self.stretches + self.turns;
        if passed.is_multiple_of(PROFILE_LOOK_EVERY) && self.begun.elapsed() > PROFILE_WALL_MAX {
            return UpdateDeadline::Interrupt;
        }
        // Due again at the next point.
        UpdateDeadline::Continue(0)
    }

    /// Ends a stretch: its fuel counts for its stack, and a sampled one stands
    /// for those that were not.
    fn close(&mut self, fuel_left: u64) {
        let used = self.fuel_left.saturating_sub(fuel_left);
        let stands_for = match self.interval {
            Some(interval) if self.turns < PROFILE_LONG_TURNS => interval,
            _ => 1,
        };
        self.fuel_left = fuel_left;
        self.turns = 0;
        if let Some(stack) = self.current.take() {
            *self.stacks.entry(stack).or_default() += used.saturating_mul(stands_for);
        }
    }

    /// Stretches until the next stack: irregular, so that no loop keeps step, and
    /// always the same, so that a profile can be repeated.
    fn gap(&mut self, interval: u64) -> u64 {
        // Numerical Recipes' linear congruential generator.
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        1 + (self.random >> 33) % (2 * interval - 1)
    }

    /// The profile, whose stacks add up to what the whole run used.
    fn finish(self, fuel: u64) -> Profile {
        let sampled: u64 = self.stacks.values().sum();
        let scale = |used: u64| u128::from(used) * u128::from(fuel) / u128::from(sampled.max(1));
        let scaled = self.stacks.into_iter();
        let mut stacks: Vec<(Vec<String>, u64)> = scaled
            .map(|(stack, used)| (stack, u64::try_from(scale(used)).unwrap_or(u64::MAX)))
            .collect();
        // What rounding left over goes where it matters least.
        let rest = fuel.saturating_sub(stacks.iter().map(|(_, used)| used).sum());
        if let Some((_, largest)) = stacks.iter_mut().max_by_key(|(_, used)| *used) {
            *largest += rest;
        }
        stacks.retain(|(_, used)| *used > 0);
        Profile { stacks, fuel }
    }
}

/// Function names, outermost first. No frame is what goes on before the first
/// function has its own.
fn stack(backtrace: &WasmBacktrace) -> Vec<String> {
    let frames = backtrace.frames().iter().rev();
    let names: Vec<String> = frames.map(function_name).collect();
    if names.is_empty() {
        return vec!["start".to_owned()];
    }
    names
}
