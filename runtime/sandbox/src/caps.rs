//! Every limit of the sandbox, with its unit and its reason, in one place.
//!
//! What one run may use differs from tenant to tenant and stands in the
//! domain's `caps.rs`. A limit that an operator can change stands in a struct,
//! or is the default of one of [`Config`](crate::Config)'s fields.

use hookmill_domain::caps::SandboxCaps;
use std::num::NonZeroUsize;
use std::time::Duration;

// The defaults of `Config`.

/// Runs that may wait for a thread, of all tenants: one thread works that many
/// ordinary ones off in a tenth of a second.
pub(crate) const RUNS_WAITING_MAX: usize = 1_024;

/// Instances that may exist at once. Each reserves addresses: its memory's
/// limit and the guard behind it.
pub(crate) const SLOTS: u32 = 512;

/// Frames of a call stack: enough to see where a fault was.
pub(crate) const FRAMES_MAX: NonZeroUsize = NonZeroUsize::new(20).unwrap();

/// Units of fuel of a top level that may run for each event: half of what an
/// ordinary handler's whole run takes, which is 570,000 in the middle of the
/// integrations' sample events.
pub(crate) const TOP_LEVEL_FUEL_MAX: u64 = 300_000;

/// Bytes of memory that all programs whose top level has run may keep: enough
/// for some hundred that keep 2.5 MiB each.
pub(crate) const FROZEN_BYTES_MAX: u64 = 256 << 20;

// Programs, before they are compiled.

/// Bytes of a page of linear memory, by the WebAssembly standard.
pub(crate) const WASM_PAGE_BYTES: usize = 64 << 10;

/// Bytes of a text that are looked at to tell what kind of file it is.
pub(crate) const FILE_KIND_BYTES_MAX: usize = 64 << 10;

/// Texts that are kept of what a program says about itself, and characters of
/// each: they come from its maker and may be megabytes.
pub(crate) const ABOUT_TEXTS_MAX: usize = 200;
pub(crate) const ABOUT_TEXT_CHARS_MAX: usize = 200;

/// Characters of a source's line that are shown before an error's position, and
/// after it: a terminal of 120 columns shows them on one line.
pub(crate) const EXCERPT_CHARS_BEFORE_MAX: usize = 60;
pub(crate) const EXCERPT_CHARS_AFTER_MAX: usize = 40;

/// Bytes of stack for a parser of JavaScript or TypeScript, which goes one level
/// deeper for each bracket of a source. Only what is used becomes memory.
pub(crate) const PARSER_STACK_BYTES: usize = 512 << 20;

/// Milliseconds to make an instance of a component when it is loaded: fuel is
/// to decide, not the clock, so that what is refused does not depend on how busy
/// the machine is.
pub(crate) const TRIAL_DEADLINE_MS: u64 = 10_000;

// The child processes that compile and parse.

/// What a child process may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildLimits {
    /// Bytes of address space.
    pub address_bytes_max: u64,
    /// Seconds of processor time, of all its threads together.
    pub processor_s_max: u64,
    /// From its start to its end.
    pub wall_max: Duration,
    /// Bytes that it may answer.
    pub output_bytes_max: u64,
}

impl Default for ChildLimits {
    /// Enough for components of the largest toolchains. Compiled code is some
    /// two to four times as large as its component.
    fn default() -> Self {
        Self {
            address_bytes_max: 4 << 30,
            processor_s_max: 60,
            wall_max: Duration::from_secs(90),
            output_bytes_max: 256 << 20,
        }
    }
}

impl ChildLimits {
    /// For TypeScript: a source of at most 1 MiB takes milliseconds, and one of
    /// its characters may take six in the JSON of the answer.
    pub(crate) const TYPESCRIPT: Self = Self {
        address_bytes_max: 2 << 30,
        processor_s_max: 5,
        wall_max: Duration::from_secs(20),
        output_bytes_max: 8 << 20,
    };
}

/// How many times its wall limit a child may take that gets little of the
/// processor.
pub(crate) const CHILD_WALL_TIMES_MAX: u32 = 4;

/// Seconds of processor time between the signal that ends a child at its limit,
/// which its parent knows, and the one that nothing survives.
pub(crate) const CHILD_PROCESSOR_S_GRACE: u64 = 5;

/// Threads that compile in a child, as text: what a small machine has. More
/// would only cost memory.
pub(crate) const CHILD_THREADS: &str = "2";

/// Bytes of stack of a child's threads, as text: compilers recurse.
pub(crate) const CHILD_STACK_BYTES: &str = "8388608";

/// Bytes of a child's standard error that are looked at.
pub(crate) const CHILD_STDERR_BYTES_MAX: u64 = 4 << 10;

/// Added to a child's nice value, as in nice(2): events go first, yet on a
/// machine that is full a child still has a third of the time that each of them
/// has, so that its wall limit is enough.
pub(crate) const CHILD_NICE: i32 = 5;

/// Descriptors that a probe looks for: as many as a process has by default.
pub(crate) const PROBED_DESCRIPTORS: std::ops::Range<i32> = 3..1_024;

// What an instance may consist of.

/// Core instances of one component. Those from Python hold some forty.
pub(crate) const CORE_INSTANCES_MAX: usize = 200;

/// Memories of one component.
pub(crate) const MEMORIES_MAX: usize = 8;

/// Tables of one component, and of one of its core modules.
pub(crate) const TABLES_MAX: usize = 64;
pub(crate) const TABLES_PER_MODULE_MAX: usize = 4;

/// Elements of one table: .NET needs 10,511, large modules 32,000.
pub(crate) const TABLE_ELEMENTS_PER_TABLE_MAX: usize = 100_000;

/// Elements that all tables of an instance may have together: what the largest
/// known toolchains need (.NET and Python), several times over.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 400_000;

/// Bytes that an instance may take besides its memories and tables.
pub(crate) const INSTANCE_BYTES_MAX: usize = 10 << 20;

/// Core instances and tables of the whole pool for each slot: most components
/// have fewer.
pub(crate) const CORE_INSTANCES_PER_SLOT: u32 = 4;
pub(crate) const TABLES_PER_SLOT: u32 = 2;

/// Bytes of each memory and table that stay resident between two runs in a
/// slot, so that the next run does not fault its pages in again. It has to
/// cover what the JavaScript engine writes to, which is its first 768 KiB: with
/// 512 KiB a run takes four times as long. Behind it are tables, which are only
/// read. Small Rust guests do not notice it.
pub(crate) const MEMORY_KEEP_RESIDENT_BYTES: usize = 768 << 10;
pub(crate) const TABLE_KEEP_RESIDENT_BYTES: usize = 16 << 10;

/// Bytes up to which a memory's initial image is mapped rather than copied,
/// however sparse: more than any pre-initialised guest's heap.
pub(crate) const DENSE_IMAGE_BYTES_MAX: u64 = 64 << 20;

// What a run may use besides its `SandboxCaps`.

/// Bytes of native stack that a guest may use.
pub(crate) const WASM_STACK_BYTES_MAX: usize = 1 << 20;

/// Bytes of stack of a thread that runs guests: the guest's own limit, and as
/// much again several times over for the host functions that it calls.
pub(crate) const THREAD_STACK_BYTES: usize = 8 << 20;

/// Deadlines that a run which had to wait for the processor may take in all.
pub(crate) const DEADLINE_TIMES_MAX: u32 = 4;

/// Units of fuel beyond its own with which a JavaScript program says where it
/// was when that is used up. The engine looks every thousand calls and turns of
/// loops, which ordinary code does in a hundredth of this.
pub(crate) const POSITION_FUEL: u64 = 20_000_000;

/// Milliseconds beyond its deadline in which it is to say so.
pub(crate) const POSITION_MS: u64 = 20;

/// Resource handles that an instance may hold at once.
pub(crate) const RESOURCE_HANDLES_MAX: usize = 2_000;

/// WASI resources that a guest may hold at once.
pub(crate) const WASI_RESOURCES_MAX: usize = 256;

/// Bytes that a guest may ask of WASI's random numbers in one call.
pub(crate) const WASI_RANDOM_BYTES_MAX: u64 = 64 << 10;

/// Bytes that WASI's `check-write` offers: what the guest may then write in one
/// call.
pub(crate) const WASI_WRITE_BYTES_MAX: u64 = 64 << 10;

// What is kept of a guest's words.

/// Bytes of output without a line break that are kept waiting for one.
pub(crate) const LOG_LINE_BYTES_MAX: usize = 8 << 10;

/// Bytes of others' words in a sentence of ours.
pub(crate) const SENTENCE_BYTES_MAX: usize = 1 << 10;

/// Characters of a method that is not one, in the message that says so.
pub(crate) const METHOD_CHARS_MAX: usize = 40;

/// Warnings about one request: of more, the first ones are enough to see why.
pub(crate) const WARNINGS_MAX: usize = 10;

// JavaScript, before the first event.

/// What compiling one source may use, and running its top level: far more than
/// any source of the allowed size needs, and still bounded.
pub(crate) const COMPILE_CAPS: SandboxCaps = SandboxCaps {
    fuel_max: 5_000_000_000,
    deadline_ms: 5_000,
    memory_bytes_max: 128 << 20,
    output_bytes_max: 16 << 20,
    log_bytes_max: 0,
};

/// Bytes of memory, the engine's own included, that a program whose top level
/// has run may begin with. One that needs more runs its top level for each
/// event.
pub(crate) const FROZEN_PROGRAM_BYTES_MAX: usize = 16 << 20;

// Threads, and whose turn it is.

/// How long a run keeps its permit when others wait: far more than an ordinary
/// run takes.
pub(crate) const PERMIT_KEPT_MAX: Duration = Duration::from_millis(5);

/// Runs for each permit that have given theirs back, and again those of low
/// priority: a bound on threads.
pub(crate) const RUNS_WITHOUT_PERMIT_PER_PERMIT: usize = 8;

/// How long a run's use of the processor counts against its tenant: after this
/// time, 37 % of it still does.
pub(crate) const USAGE_DECAY: Duration = Duration::from_millis(250);

/// After this time without a run a tenant has no share.
pub(crate) const USAGE_FORGOTTEN_AFTER: Duration = Duration::from_secs(10);

/// Added to the nice value of threads of low priority, as in nice(2): 19 would
/// leave a run that has begun next to nothing on a machine that is full.
pub(crate) const LOW_PRIORITY_NICE: i32 = 10;

/// Ticks without a run before the ticker's thread goes to sleep: waking it costs
/// more than a few ticks, and events come in bursts.
pub(crate) const IDLE_TICKS_MAX: u32 = 250;

/// Bytes of stack of the ticker's thread, which runs no guest.
pub(crate) const TICKER_STACK_BYTES: usize = 256 << 10;

// Profiles, which are taken on an author's machine.

/// Stacks that are taken of one run. Of a run that has more stretches, the long
/// ones are all counted and the short ones are sampled.
pub(crate) const PROFILE_STACKS_MAX: u64 = 100_000;

/// Turns of a loop that make a stretch long.
pub(crate) const PROFILE_LONG_TURNS: u64 = 64;

/// Wall time of a profile, after which the run is cut off.
pub(crate) const PROFILE_WALL_MAX: Duration = Duration::from_secs(120);

/// Calls and turns of loops between two looks at that time: a look at each would
/// slow the profile further.
pub(crate) const PROFILE_LOOK_EVERY: u64 = 1 << 12;
