//! The store: what any store must do, what its files must be, and damage.

mod conformance;
mod damage;
mod folder;
mod opening;
mod suite;
