//! The store on sled: the conformance suite, the guards, and damaged files.

mod conformance;
mod damage;
mod folder;
mod guards;
mod suite;
