//! A Rust crate to a WebAssembly module, by cargo.
//!
//! Cargo's own output goes to standard error as it comes. The crate is built
//! with the workspace's profile `guest` where there is one, otherwise as a
//! release with the settings that keep guests small. Unless its author chose
//! another place, what cargo makes goes to the command line's cache, so that
//! Rust's library and the dependencies are compiled once, and not once a
//! project.

use crate::cache_dir::cache_dir;
use crate::toolchain::{self, Toolchain};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a release of a guest needs, as cargo's variables. Functions keep their
/// names, for backtraces and profiles; they cost size, and no time.
const RELEASE: [(&str, &str); 6] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_LTO", "true"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_STRIP", "debuginfo"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// One line of cargo's machine-readable output; only artifacts matter.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    package_id: String,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// Builds the crate in a folder.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let (package, workspace) = package(folder)?;
    let is_library = |target: &Target| target.kind.iter().any(|kind| kind == "cdylib");
    if !package.targets.iter().any(is_library) {
        bail!(
            "{} makes no module: set `crate-type = [\"cdylib\", \"rlib\"]` under [lib] in {}",
            package.name,
            package.manifest_path.display()
        );
    }
    let Some(toolchain) = Toolchain::find(folder) else {
        bail!(
            "no Rust toolchain here builds WebAssembly. Get one:\n{}",
            toolchain::ADVICE
        );
    };
    eprintln!("building {} with {}", package.name, toolchain.describe());
    let place = Place::of(&workspace)?;
    if place.is_first(&toolchain) {
        eprintln!(
            "the first build compiles {} as well, which takes about a minute; the next ones, of any crate, take seconds",
            toolchain.compiled_along()
        );
    }
    let file = compile(&package, &toolchain, &workspace, &place)?;
    fs::read(&file).with_context(|| format!("{} can't be read", file.display()))
}

/// Where cargo puts what it makes.
struct Place {
    folder: PathBuf,
    /// Held until the module was read: crates of one name have one place.
    _lock: Option<File>,
}

impl Place {
    fn of(workspace: &Metadata) -> anyhow::Result<Self> {
        let chosen = &workspace.target_directory;
        if *chosen != workspace.workspace_root.join("target") {
            return Ok(Self {
                folder: chosen.clone(),
                _lock: None,
            });
        }
        let folder = cache_dir().join("cargo");
        let lock = || {
            fs::create_dir_all(&folder)?;
            let lock = File::create(folder.join("hookmill.lock"))?;
            lock.lock()?;
            io::Result::Ok(lock)
        };
        let lock = lock().with_context(|| format!("{} can't be written", folder.display()))?;
        Ok(Self {
            folder,
            _lock: Some(lock),
        })
    }

    fn is_first(&self, toolchain: &Toolchain) -> bool {
        !self.folder.join(toolchain.target()).exists()
    }
}

/// The name of the package in a folder.
pub(super) fn name(folder: &Path) -> anyhow::Result<String> {
    Ok(package(folder)?.0.name)
}

/// The package in a folder, and its workspace.
fn package(folder: &Path) -> anyhow::Result<(Package, Metadata)> {
    let manifest = folder.join("Cargo.toml");
    let manifest = fs::canonicalize(&manifest).with_context(|| {
        format!(
            "{} is not a Rust crate: it has no Cargo.toml",
            folder.display()
        )
    })?;
    let mut metadata = metadata(&manifest)?;
    let mut packages = std::mem::take(&mut metadata.packages).into_iter();
    let package = packages
        .find(|package| package.manifest_path == manifest)
        .with_context(|| {
            format!(
                "{} is a workspace: give the folder of one package",
                folder.display()
            )
        })?;
    Ok((package, metadata))
}

fn cargo() -> Command {
    // Set when cargo itself started us.
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

fn metadata(manifest: &Path) -> anyhow::Result<Metadata> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .arg("--manifest-path")
        .arg(manifest)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo can't be started: install Rust first")?;
    if !output.status.success() {
        bail!("cargo can't read {}", manifest.display());
    }
    serde_json::from_slice(&output.stdout).context("cargo's metadata can't be read")
}

fn compile(
    package: &Package,
    toolchain: &Toolchain,
    workspace: &Metadata,
    place: &Place,
) -> anyhow::Result<PathBuf> {
    let mut command = cargo();
    command
        .args(["build", "--lib", "--message-format=json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(&package.manifest_path)
        .env("CARGO_TARGET_DIR", &place.folder)
        .stderr(Stdio::inherit());
    if has_guest_profile(&workspace.workspace_root) {
        command.args(["--profile", "guest"]);
    } else {
        command.arg("--release").envs(RELEASE);
    }
    toolchain.apply(&mut command);
    let output = command.output().context("cargo can't be started")?;
    if !output.status.success() {
        bail!("cargo could not build {}", package.manifest_path.display());
    }
    let lines = output.stdout.split(|byte| *byte == b'\n');
    let messages = lines.filter_map(|line| serde_json::from_slice::<Message>(line).ok());
    module_of(messages, &package.id).context("cargo built no .wasm module")
}

fn module_of(messages: impl Iterator<Item = Message>, package_id: &str) -> Option<PathBuf> {
    messages
        .filter(|message| message.reason == "compiler-artifact" && message.package_id == package_id)
        .filter(|message| {
            let kinds = message.target.iter().flat_map(|target| &target.kind);
            kinds.into_iter().any(|kind| kind == "cdylib")
        })
        .flat_map(|message| message.filenames)
        .find(|file| file.extension().is_some_and(|it| it == "wasm"))
}

fn has_guest_profile(workspace_root: &Path) -> bool {
    let text = fs::read_to_string(workspace_root.join("Cargo.toml")).unwrap_or_default();
    let (root, _) = toml::de::DeTable::parse_recoverable(&text);
    let profiles = root.get_ref().get("profile");
    profiles.is_some_and(|profiles| profiles.get_ref().get("guest").is_some())
}
