//! Which C compiler on this machine makes WebAssembly with a C library, and
//! how to get one.
//!
//! Looks, and asks compilers where their libraries are; installs nothing.

use super::dialect::Dialect;
use crate::build::{Missing, tool, zig};
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian's wasi-libc is.
const DEBIAN_LIBRARIES: &str = "/usr/lib/wasm32-wasi";

/// Where a WASI SDK is; its own documentation calls the variable so.
const WASI_SDK: &str = "WASI_SDK_PATH";

const TARGET: &str = "--target=wasm32-wasi";

const PACKAGES: &str = "clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32";

const CPP_PACKAGES: &str = "libc++-19-dev-wasm32 libc++abi-19-dev-wasm32";

/// A way to build guests from C or C++.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// A WASI SDK, which has everything.
    WasiSdk(PathBuf),
    /// The system's clang and linker, with the system's wasi-libc.
    System {
        /// The C compiler; that for C++ is beside it.
        clang: PathBuf,
        /// `wasm-ld`.
        linker: PathBuf,
    },
    /// Zig as a C compiler, with the C library that it brings.
    Zig(Vec<OsString>),
}

impl Toolchain {
    /// The best toolchain for a language.
    pub(crate) fn find(dialect: Dialect) -> Result<Self, Missing> {
        if let Some(sdk) = env::var_os(WASI_SDK).map(PathBuf::from)
            && sdk.join("bin/clang").is_file()
        {
            return Ok(Self::WasiSdk(sdk));
        }
        let missing = match system(dialect) {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        if let Ok(zig) = zig::find() {
            return Ok(Self::Zig(zig));
        }
        let (language, packages) = match dialect {
            Dialect::C => ("C", PACKAGES.to_owned()),
            Dialect::Cpp => ("C++", format!("{PACKAGES} {CPP_PACKAGES}")),
        };
        let missing = missing.join(", no ");
        Err(Missing::new(
            format!("no {language} toolchain here builds WebAssembly: there is no {missing}"),
            format!(
                "on Debian 12:  apt-get install -y --no-install-recommends {packages}\n\
                 by Python:     pip install ziglang\n\
                 elsewhere:     a WASI SDK, with {WASI_SDK} set to its folder"
            ),
        ))
    }

    /// The compiler of a language, told its target.
    pub(super) fn compiler(&self, dialect: Dialect) -> Command {
        let is_cpp = dialect == Dialect::Cpp;
        match self {
            Self::WasiSdk(sdk) => {
                let name = if is_cpp { "clang++" } else { "clang" };
                let mut command = Command::new(sdk.join("bin").join(name));
                command.arg(TARGET);
                command
            }
            Self::System { clang, .. } => {
                let mut command = Command::new(clang);
                if is_cpp {
                    command.arg("--driver-mode=g++");
                }
                command.args([TARGET, "--sysroot=/usr"]);
                command
            }
            Self::Zig(zig) => {
                let mut command = tool::command(zig);
                command.args([if is_cpp { "c++" } else { "cc" }, TARGET]);
                command
            }
        }
    }

    /// The compiler as a linker that puts the stack below the data, so that an
    /// overflow is a trap and does not overwrite them.
    pub(super) fn linker(&self, dialect: Dialect) -> Command {
        const STACK_FIRST: &str = "-Wl,--stack-first";
        let mut command = self.compiler(dialect);
        match self {
            Self::WasiSdk(_) => command.arg(STACK_FIRST),
            Self::System { linker, .. } => {
                let mut flag = OsString::from("-fuse-ld=");
                flag.push(linker);
                command.arg(STACK_FIRST).arg(flag)
            }
            // Zig's linker does so anyway, and does not know the flag.
            Self::Zig(_) => &mut command,
        };
        command
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WasiSdk(sdk) => write!(f, "the WASI SDK in {}", sdk.display()),
            Self::System { clang, .. } => write!(f, "{} and wasi-libc", clang.display()),
            Self::Zig(_) => f.write_str("zig as C compiler"),
        }
    }
}

/// The system's toolchain, or what it lacks.
fn system(dialect: Dialect) -> Result<Toolchain, Vec<&'static str>> {
    let clang = tool::find_newest("clang");
    let linker = tool::find_newest("wasm-ld");
    let libraries = Path::new(DEBIAN_LIBRARIES);
    let mut missing = Vec::new();
    if clang.is_none() {
        missing.push("clang");
    }
    if linker.is_none() {
        missing.push("wasm-ld (lld)");
    }
    if !libraries.join("libc.a").is_file() {
        missing.push("wasi-libc");
    }
    if clang.as_deref().is_some_and(|clang| !has_runtime(clang)) {
        missing.push("compiler runtime for wasm32 (libclang-rt-19-dev-wasm32)");
    }
    if dialect == Dialect::Cpp && !libraries.join("libc++.a").is_file() {
        missing.push("libc++ for wasm32 (libc++-19-dev-wasm32)");
    }
    match (clang, linker) {
        (Some(clang), Some(linker)) if missing.is_empty() => {
            Ok(Toolchain::System { clang, linker })
        }
        _ => Err(missing),
    }
}

/// Whether a clang has its built-in functions for WebAssembly.
fn has_runtime(clang: &Path) -> bool {
    let mut command = Command::new(clang);
    command.args([TARGET, "-rtlib=compiler-rt", "-print-libgcc-file-name"]);
    tool::ask(&mut command).is_some_and(|file| Path::new(&file).is_file())
}
