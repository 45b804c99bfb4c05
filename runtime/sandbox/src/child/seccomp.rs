//! The list of what a child may ask the kernel for; all else is refused.
//!
//! The list is what the allocators, threads and clocks of the C library and of
//! Rust's need, with arguments where they matter: reading from descriptor 0
//! only, writing to 1 and 2 only, memory that no file is behind and that is
//! never executable, threads but no processes, signals to itself only.
//!
//! What is not on the list fails with EPERM and does not kill: libraries probe
//! (for the number of processors, say) and go on without an answer, and a
//! release that probes for more must not stop all compiling. A call that is
//! refused has done nothing, so killing would not protect more.

use super::confinement::Confinement;
use nix::libc;
use seccompiler::SeccompCmpArgLen::Dword;
use seccompiler::SeccompCmpOp::{self, Eq, MaskedEq};
use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter_all_threads,
};
use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::io;
use std::path::Path;

/// Where the kernel says that it knows filters.
const SUPPORTED: &str = "/proc/sys/kernel/seccomp/actions_avail";

/// Calls that may have any argument.
const FREE: [i64; 27] = [
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    // The other filter answers it.
    libc::SYS_clone3,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
];

/// Confines all threads of this process, for good.
pub(super) fn install() -> io::Result<Confinement> {
    let Ok(arch) = TargetArch::try_from(ARCH) else {
        return Ok(Confinement::LimitsOnly);
    };
    let filters = filters(arch).map_err(io::Error::other)?;
    for filter in filters {
        match apply_filter_all_threads(&filter) {
            Ok(()) => {}
            Err(Error::Prctl(error) | Error::Seccomp(error)) if is_unsupported(&error) => {
                return Ok(Confinement::LimitsOnly);
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    Ok(Confinement::Full)
}

/// Whether the kernel does not know filters, or somebody does not let us have
/// one; anything else is an error of ours.
fn is_unsupported(error: &io::Error) -> bool {
    match error.raw_os_error() {
        Some(libc::ENOSYS | libc::EPERM | libc::EACCES) => true,
        Some(libc::EINVAL) => !Path::new(SUPPORTED).exists(),
        _ => false,
    }
}

/// Two, because a filter knows two answers. `clone3` hides its flags from
/// filters; to be told that there is none makes the C library use `clone`.
fn filters(arch: TargetArch) -> Result<[BpfProgram; 2], BackendError> {
    let program = |rules, other: SeccompAction, listed: SeccompAction| {
        SeccompFilter::new(rules, other, listed, arch)?.try_into()
    };
    let errno = |number: i32| SeccompAction::Errno(number.unsigned_abs());
    let no_clone3 = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok([
        program(no_clone3, SeccompAction::Allow, errno(libc::ENOSYS))?,
        program(allowed()?, errno(libc::EPERM), SeccompAction::Allow)?,
    ])
}

fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    // Arguments of 32 bits are compared as such: the kernel ignores the rest.
    let when = |index: u8, operator: SeccompCmpOp, value: i32| {
        SeccompCondition::new(index, Dword, operator, u64::from(value.cast_unsigned()))
    };
    let rule = |conditions: Vec<SeccompCondition>| SeccompRule::new(conditions);
    let no_exec = |index| when(index, MaskedEq(libc::PROT_EXEC as u64), 0);
    let thread = libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND;
    let own_process = std::process::id().cast_signed();
    let mut allowed: BTreeMap<_, _> = FREE.iter().map(|call| (*call, Vec::new())).collect();
    for write in [libc::SYS_write, libc::SYS_writev] {
        let outputs = vec![rule(vec![when(0, Eq, 1)?])?, rule(vec![when(0, Eq, 2)?])?];
        allowed.insert(write, outputs);
    }
    let names = [libc::PR_SET_NAME, libc::PR_SET_VMA];
    let names = names.map(|name| rule(vec![when(0, Eq, name)?]));
    allowed.extend([
        (libc::SYS_read, vec![rule(vec![when(0, Eq, 0)?])?]),
        (
            libc::SYS_mmap,
            vec![rule(vec![no_exec(2)?, when(4, Eq, -1)?])?],
        ),
        (libc::SYS_mprotect, vec![rule(vec![no_exec(2)?])?]),
        (
            libc::SYS_clone,
            vec![rule(vec![when(0, MaskedEq(thread as u64), thread)?])?],
        ),
        (
            libc::SYS_prctl,
            names.into_iter().collect::<Result<_, _>>()?,
        ),
        (
            libc::SYS_tgkill,
            vec![rule(vec![when(0, Eq, own_process)?])?],
        ),
    ]);
    Ok(allowed)
}
