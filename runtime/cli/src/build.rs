//! `hookmill build`: one component from a project's folder, a core module or a
//! JavaScript handler, checked by loading it as `serve` would.
//!
//! Writes the output only when it has passed, and whole. Adds nothing of ours
//! to a component but the description of its world. Exit code 1 when something
//! can't be built.

pub(super) mod assemblyscript;
pub(super) mod c;
mod folder;
pub(super) mod go;
mod javascript;
mod layer;
mod missing;
pub(super) mod python;
mod rust_crate;
pub(super) mod tool;
pub(super) mod zig;

use super::cache_dir::cache_dir;
use crate::author_sandbox::AuthorSandbox;
use anyhow::{Context as _, bail};
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_sandbox::build;
use layer::Layer;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) use missing::Missing;

/// The arguments of `hookmill build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A project's folder (Rust, C, C++, AssemblyScript, Go, Python, Zig or JavaScript), a core
    /// module or component (.wasm), or a handler's source (.js, .mjs, .ts, .mts)
    input: PathBuf,
    /// The component to write; by default in the current folder, named after
    /// the input
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What the input turned out to be.
struct Built {
    component: Vec<u8>,
    output: Option<PathBuf>,
}

/// Builds, checks, writes and reports.
pub(super) fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    let sandbox = AuthorSandbox::open(&cache_dir()).context("the sandbox can't start")?;
    let input = &args.input;
    let built = if input.is_dir() {
        from_folder(args)?
    } else {
        let extension = input.extension().and_then(|it| it.to_str());
        match extension.and_then(ProgramKind::from_extension) {
            Some(ProgramKind::JavaScript | ProgramKind::TypeScript) => Built {
                component: javascript::build(input)?,
                output: Some(output_or(args, "wasm")),
            },
            _ => from_wasm(args)?,
        }
    };
    // What is wrong is wrong with the input: the output is not there yet.
    let input_name = input.display().to_string();
    sandbox.load(&input_name, ProgramKind::Component, &built.component)?;
    if let Some(output) = &built.output {
        write_whole(output, &built.component)?;
    }
    let file = built.output.as_ref().unwrap_or(input);
    print(file, &built.component)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the project in a folder. The component is not checked.
pub(super) fn component_of_folder(folder: &Path) -> anyhow::Result<Vec<u8>> {
    folder::build(folder)
}

fn from_folder(args: &Args) -> anyhow::Result<Built> {
    let component = component_of_folder(&args.input)?;
    let output = match &args.output {
        Some(output) => output.clone(),
        None => PathBuf::from(format!("{}.wasm", folder::name(&args.input)?)),
    };
    Ok(Built {
        component,
        output: Some(output),
    })
}

fn from_wasm(args: &Args) -> anyhow::Result<Built> {
    let name = args.input.display();
    let bytes = fs::read(&args.input).with_context(|| format!("{name} can't be read"))?;
    match Layer::of(&bytes) {
        Some(Layer::Component) => {
            println!("{name} is a component already");
            Ok(Built {
                component: bytes,
                output: args.output.clone(),
            })
        }
        Some(Layer::Module) => {
            let component = build::component_from_core_module(&bytes)
                .with_context(|| format!("{name} can't become a component"))?;
            Ok(Built {
                component,
                output: Some(output_or(args, "component.wasm")),
            })
        }
        None => bail!(
            "{name} can't be built: give a project's folder, a WebAssembly module (.wasm) or a handler's source (.js, .mjs, .ts, .mts)"
        ),
    }
}

/// The output that was asked for, or the input's name with another extension,
/// in the current folder.
fn output_or(args: &Args, extension: &str) -> PathBuf {
    let file_name = args.input.file_name().unwrap_or_default();
    let default = || Path::new(file_name).with_extension(extension);
    args.output.clone().unwrap_or_else(default)
}

/// Writes beside the file and renames, so that nobody ever sees half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let write = || {
        // Not for its owner only, as temporary files are: this one is to stay.
        let mut file = tempfile::Builder::new().make_in(folder, |path| File::create_new(path))?;
        file.as_file_mut().write_all(bytes)?;
        file.persist(path)?;
        io::Result::Ok(())
    };
    write().with_context(|| format!("{} can't be written", path.display()))
}

fn print(file: &Path, component: &[u8]) -> anyhow::Result<()> {
    let mut imports = build::imports(component).context("its imports can't be read")?;
    // Plain names are types taken from one of the interfaces.
    imports.retain(|name| name.contains(':'));
    let imports = if imports.is_empty() {
        "none".to_owned()
    } else {
        imports.join("\n         ")
    };
    println!("file     {}", file.display());
    println!("size     {} bytes", component.len());
    println!("imports  {imports}");
    println!("sha256   {}", ProgramDigest::of(component));
    Ok(())
}
