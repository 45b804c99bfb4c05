//! One source of a handler and what it imports of its author's own files: a
//! program is one file, so they are put together first.
//!
//! For the command line alone: it reads files that the entry names, and what it
//! is given is its caller's own. Uploads are never bundled. Packages are not
//! looked for: what is not a path is refused by name.

mod declarations;
mod error;
mod exports;
mod files;
mod free;
mod namespaces;
mod origins;
mod resolve;

pub use error::BundleError;
pub use origins::{Origin, Origins};

use crate::caps::PARSER_STACK_BYTES;
use error::ESBUILD;
use files::Files;
use std::collections::HashMap;
use std::path::Path;
use std::thread;
use swc_bundler::{Bundler, Config, Hook, ModuleRecord};
use swc_common::sync::Lrc;
use swc_common::{FileName, Globals, Span};
use swc_ecma_ast::KeyValueProp;
use swc_ecma_codegen::text_writer::JsWriter;
use swc_ecma_codegen::{Emitter, Node as _};

/// A program in one file.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// An ES module that imports nothing.
    pub text: String,
    /// Where its parts come from.
    pub origins: Origins,
}

/// Puts a handler's source together with what it imports. None when it imports
/// nothing: then the file is the program as it is.
///
/// # Errors
/// The first mistake, in whichever file it is.
pub fn bundle(entry: &Path) -> Result<Option<Bundle>, BundleError> {
    let failed = || BundleError {
        file: entry.to_owned(),
        position: None,
        message: format!("the bundler failed on it: {ESBUILD}"),
    };
    thread::scope(|scope| {
        let work = thread::Builder::new()
            .name("bundle".into())
            .stack_size(PARSER_STACK_BYTES)
            .spawn_scoped(scope, || bundle_here(entry));
        match work.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            _ => Err(failed()),
        }
    })
}

fn bundle_here(entry: &Path) -> Result<Option<Bundle>, BundleError> {
    let Some(files) = Files::read(entry)? else {
        return Ok(None);
    };
    let map = files.map();
    let failed = |message: String| BundleError {
        file: entry.to_owned(),
        position: None,
        message,
    };
    let globals = Globals::new();
    let config = Config {
        // Every statement stays as its author wrote it.
        disable_inliner: true,
        disable_dce: true,
        ..Config::default()
    };
    let mut bundler = Bundler::new(
        &globals,
        Lrc::clone(map),
        &files,
        &files,
        config,
        Box::new(NoProperties),
    );
    let entries = HashMap::from([("entry".to_owned(), FileName::Real(entry.to_owned()))]);
    let bundles = bundler
        .bundle(entries)
        .map_err(|error| failed(format!("{error:#}: {ESBUILD}")))?;
    let [bundled] = bundles.as_slice() else {
        return Err(failed(format!(
            "it is more than one file when it is bundled: {ESBUILD}"
        )));
    };
    let (mut text, mut mappings) = (Vec::new(), Vec::new());
    let mut emitter = Emitter {
        cfg: swc_ecma_codegen::Config::default(),
        cm: Lrc::clone(map),
        comments: None,
        wr: JsWriter::new(Lrc::clone(map), "\n", &mut text, Some(&mut mappings)),
    };
    let written = bundled.module.emit_with(&mut emitter);
    let text = written.ok().and_then(|()| String::from_utf8(text).ok());
    let text = text.ok_or_else(|| failed(format!("the bundle can't be written: {ESBUILD}")))?;
    if let Some(lost) = files.lost_in(&text)? {
        return Err(failed(format!("the bundler lost `{lost}`: {ESBUILD}")));
    }
    let origins = Origins::new(map, &mappings);
    Ok(Some(Bundle { text, origins }))
}

/// `import.meta` has nothing in it.
struct NoProperties;

impl Hook for NoProperties {
    fn get_import_meta_props(
        &self,
        _: Span,
        _: &ModuleRecord,
    ) -> Result<Vec<KeyValueProp>, anyhow::Error> {
        Ok(Vec::new())
    }
}
