//! A folder of C or C++ to a WebAssembly module.
//!
//! Compiled are the sources of the folder itself and of its `sdk`, not those
//! of other folders: unit tests have theirs in `tests`. Everything between is
//! made in a temporary folder. Paths are relative to the project's, so the
//! module does not tell where it was built.

mod dialect;
mod toolchain;

pub(crate) use dialect::Dialect;
pub(crate) use toolchain::Toolchain;

use super::tool;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the SDK's sources are, beside the project's own.
const SDK: &str = "sdk";

/// For every file: small, fast, and only what the sandbox's engine knows.
const COMPILE: [&str; 9] = [
    "-O2",
    "-Wall",
    "-Wextra",
    "-ffunction-sections",
    "-fdata-sections",
    "-mbulk-memory",
    "-msign-ext",
    "-mnontrapping-fptoint",
    "-c",
];

/// The sandbox has no exceptions, and run-time types are dear.
const COMPILE_CPP: [&str; 2] = ["-fno-exceptions", "-fno-rtti"];

/// No `main`, and nothing that nobody calls.
const LINK: [&str; 5] = [
    "-nostartfiles",
    "-Wl,--no-entry",
    "-Wl,--gc-sections",
    "-Wl,--strip-all",
    "-Wl,-z,stack-size=65536",
];

/// Builds the module.
pub(super) fn build(folder: &Path, dialect: Dialect) -> anyhow::Result<Vec<u8>> {
    let toolchain = Toolchain::find(dialect)?;
    let sources = sources(folder, dialect)?;
    eprintln!("building {} with {toolchain}", folder.display());
    let temporary = tempfile::tempdir().context("a temporary folder can't be made")?;
    let mut objects = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let object = temporary.path().join(format!("{number}.o"));
        let dialect = dialect_of(source);
        let mut compile = toolchain.compiler(dialect);
        compile.current_dir(folder).args(COMPILE);
        if dialect == Dialect::Cpp {
            compile.args(COMPILE_CPP);
        }
        compile.args(["-I", ".", "-I", SDK]).arg(source);
        tool::run(compile.arg("-o").arg(&object))?;
        objects.push(object);
    }
    let module = temporary.path().join("module.wasm");
    let mut link = toolchain.linker(dialect);
    link.current_dir(folder).args(LINK).args(&objects);
    tool::run(link.arg("-o").arg(&module))?;
    fs::read(&module).context("the linker made no module")
}

/// What is compiled, in one order everywhere, relative to the folder.
fn sources(folder: &Path, dialect: Dialect) -> anyhow::Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for place in ["", SDK] {
        let Ok(entries) = fs::read_dir(folder.join(place)) else {
            continue;
        };
        for entry in entries {
            let name = PathBuf::from(entry.context("the folder can't be listed")?.file_name());
            // C++ is left out of C: the SDK has a file for C++ alone.
            if Dialect::of(&name).is_some_and(|found| found <= dialect) {
                sources.push(Path::new(place).join(name));
            }
        }
    }
    sources.sort();
    Ok(sources)
}

fn dialect_of(source: &Path) -> Dialect {
    Dialect::of(source).unwrap_or(Dialect::C)
}
