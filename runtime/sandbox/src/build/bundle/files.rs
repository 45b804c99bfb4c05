//! The files of a bundle: found by what imports them, read, and parsed.

use super::error::BundleError;
use super::exports::Exports;
use super::resolve::find;
use super::{free, namespaces, origins};
use crate::program::typescript;
use anyhow::Context as _;
use hookmill_domain::caps::SOURCE_BYTES_MAX;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use swc_bundler::{Load, ModuleData};
use swc_common::sync::Lrc;
use swc_common::{FileName, SourceFile, SourceMap, Span, Spanned as _};
use swc_ecma_ast::{CallExpr, Callee, EsVersion, Module, ModuleDecl, ModuleItem};
use swc_ecma_loader::resolve::{Resolution, Resolve};
use swc_ecma_parser::{EsSyntax, Syntax, parse_file_as_module};
use swc_ecma_transforms_base::helpers::Helpers;
use swc_ecma_visit::{Visit, VisitWith as _};

/// All files of a program, read and parsed, before any of them is bundled.
pub(super) struct Files {
    map: Lrc<SourceMap>,
    modules: BTreeMap<PathBuf, (Lrc<SourceFile>, Module)>,
    /// The names that the files use and do not declare.
    free: BTreeSet<String>,
    exports: Exports,
}

impl Files {
    /// Reads a program's first file and all that it leads to. None when it
    /// imports nothing, or is not JavaScript, which running it says.
    ///
    /// # Errors
    /// The first mistake, in whichever file it is.
    pub(super) fn read(entry: &Path) -> Result<Option<Self>, BundleError> {
        let mut files = Self {
            map: Lrc::default(),
            modules: BTreeMap::new(),
            free: BTreeSet::new(),
            exports: Exports::default(),
        };
        match files.parse(entry) {
            Ok((_, module)) if imports(&module) => {}
            _ => return Ok(None),
        }
        let mut left = vec![entry.to_owned()];
        while let Some(file) = left.pop() {
            if !files.modules.contains_key(&file) {
                let found = files.add(&file)?;
                left.extend(found.into_iter().rev());
            }
        }
        if let Some(problem) = files.exports.problem() {
            return Err(files.error_at(problem.file, problem.at, problem.message));
        }
        Ok(Some(files))
    }

    /// Where bytes of the files stand.
    pub(super) fn map(&self) -> &Lrc<SourceMap> {
        &self.map
    }

    /// A name that a bundle uses, and that neither it nor any of the files
    /// declares or uses.
    pub(super) fn lost_in(&self, bundle: &str) -> Result<Option<String>, BundleError> {
        let name = Lrc::new(FileName::Custom("the bundle".to_owned()));
        let source = self.map.new_source_file(name, bundle.to_owned());
        let module = parse_js(&source).map_err(|error| BundleError {
            file: PathBuf::from("the bundle"),
            position: None,
            message: error.kind().msg().into_owned(),
        })?;
        let mut names = free::names(&module).into_iter();
        Ok(names.find(|name| !self.free.contains(name)))
    }

    /// Takes a file in; gives those that it imports.
    fn add(&mut self, file: &Path) -> Result<Vec<PathBuf>, BundleError> {
        let (source, mut module) = self.parse(file)?;
        if let Some(span) = dynamic_import(&module) {
            let message = "`import()` can't be bundled: write `import ... from` at the top";
            return Err(self.error_at(file, span, message.to_owned()));
        }
        let mut found = Vec::new();
        for (name, span) in module.body.iter().filter_map(imported) {
            let other = find(file, &name);
            found.push(other.map_err(|message| self.error_at(file, span, message))?);
        }
        self.exports.add(file, &module);
        self.free.append(&mut free::names(&module));
        namespaces::rewrite(&mut module);
        self.modules.insert(file.to_owned(), (source, module));
        Ok(found)
    }

    fn parse(&self, file: &Path) -> Result<(Lrc<SourceFile>, Module), BundleError> {
        let text = source(file)?;
        let name = Lrc::new(FileName::Real(file.to_owned()));
        let source = self.map.new_source_file(name, text);
        let module = parse_js(&source).map_err(|error| {
            let message = format!("SyntaxError: {}", error.kind().msg());
            self.error_at(file, error.span(), message)
        })?;
        Ok((source, module))
    }

    fn error_at(&self, file: &Path, at: Span, message: String) -> BundleError {
        BundleError {
            file: file.to_owned(),
            position: Some(origins::position(&self.map, at.lo)),
            message,
        }
    }
}

impl Load for Files {
    fn load(&self, file: &FileName) -> Result<ModuleData, anyhow::Error> {
        let (fm, module) = self.modules.get(path(file)?).context("a file not read")?;
        Ok(ModuleData {
            fm: Lrc::clone(fm),
            module: module.clone(),
            helpers: Helpers::new(false),
        })
    }
}

impl Resolve for Files {
    fn resolve(&self, base: &FileName, specifier: &str) -> Result<Resolution, anyhow::Error> {
        let file = find(path(base)?, specifier).map_err(anyhow::Error::msg)?;
        Ok(Resolution {
            filename: FileName::Real(file),
            slug: None,
        })
    }
}

fn path(file: &FileName) -> Result<&Path, anyhow::Error> {
    match file {
        FileName::Real(path) => Ok(path),
        _ => Err(anyhow::Error::msg(format!("{file} is not a file"))),
    }
}

fn parse_js(source: &SourceFile) -> Result<Module, swc_ecma_parser::error::Error> {
    let syntax = Syntax::Es(EsSyntax {
        import_attributes: true,
        ..EsSyntax::default()
    });
    parse_file_as_module(source, syntax, EsVersion::latest(), None, &mut Vec::new())
}

/// A file as JavaScript, its lines and columns where they were.
fn source(file: &Path) -> Result<String, BundleError> {
    let fail = |message: String| BundleError {
        file: file.to_owned(),
        position: None,
        message,
    };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file);
    opened
        .and_then(|it| it.take(SOURCE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| fail(format!("can't be read: {error}")))?;
    if bytes.len() > SOURCE_BYTES_MAX {
        return Err(fail(format!("is larger than {SOURCE_BYTES_MAX} bytes")));
    }
    let extension = file.extension().and_then(|it| it.to_str());
    if extension == Some("json") {
        let json = hookmill_domain::json::check(&bytes);
        let json = json.map_err(|error| fail(format!("is not JSON: {error}")))?;
        // Not as an object literal, where `__proto__` has another meaning.
        let literal = serde_json::Value::from(json).to_string();
        return Ok(format!("export default JSON.parse({literal});"));
    }
    let text = String::from_utf8(bytes).map_err(|error| fail(format!("is not UTF-8: {error}")))?;
    match extension {
        Some("ts" | "mts") => match typescript::strip(&text) {
            Ok(Ok(stripped)) => Ok(stripped),
            Ok(Err(refused)) => Err(BundleError {
                position: Some(refused.position()),
                ..fail(refused.message)
            }),
            Err(message) => Err(fail(message)),
        },
        _ => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()),
    }
}

fn imports(module: &Module) -> bool {
    dynamic_import(module).is_some() || module.body.iter().any(|it| imported(it).is_some())
}

fn dynamic_import(module: &Module) -> Option<Span> {
    let mut dynamic = DynamicImports::default();
    module.visit_with(&mut dynamic);
    dynamic.first
}

/// What a statement imports, and where it says so.
fn imported(item: &ModuleItem) -> Option<(String, Span)> {
    let source = match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => &import.src,
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(export)) => &export.src,
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => export.src.as_ref()?,
        _ => return None,
    };
    Some((source.value.to_string_lossy().into_owned(), source.span))
}

/// Calls of `import()`.
#[derive(Default)]
struct DynamicImports {
    first: Option<Span>,
}

impl Visit for DynamicImports {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if matches!(call.callee, Callee::Import(_)) {
            self.first.get_or_insert(call.span);
        }
        call.visit_children_with(self);
    }
}
