//! The files of a bundle: found by what imports them, read, and parsed.

use super::{BundleError, ESBUILD, Mistake, free, namespaces, take};
use crate::typescript;
use hookmill_domain::caps::SOURCE_BYTES_MAX;
use hookmill_domain::fault::Position;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use swc_bundler::{Load, ModuleData};
use swc_common::sync::Lrc;
use swc_common::{BytePos, FileName, SourceFile, SourceMap, Span, Spanned as _};
use swc_ecma_ast::{CallExpr, Callee, EsVersion, Module, ModuleDecl, ModuleItem};
use swc_ecma_loader::resolve::{Resolution, Resolve};
use swc_ecma_parser::{EsSyntax, Syntax, parse_file_as_module};
use swc_ecma_transforms_base::helpers::Helpers;
use swc_ecma_visit::{Visit, VisitWith as _};

/// What a path without its extension may stand for, in this order.
const EXTENSIONS: [&str; 5] = ["ts", "mts", "js", "mjs", "json"];

/// Finds, reads and parses.
pub(super) struct Files {
    map: Lrc<SourceMap>,
    mistake: Mistake,
    /// The names that the files use and do not declare.
    free: Mutex<BTreeSet<String>>,
}

impl Files {
    pub(super) fn new(map: Lrc<SourceMap>) -> Self {
        Self {
            map,
            mistake: Mistake::default(),
            free: Mutex::default(),
        }
    }

    /// The mistake that ended the bundling.
    pub(super) fn mistake(&self) -> Option<BundleError> {
        take(&self.mistake)
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
        let known = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names = free::names(&module).into_iter();
        Ok(names.find(|name| !known.contains(name)))
    }

    /// Whether a file imports anything.
    pub(super) fn imports(&self, file: &Path) -> Result<bool, BundleError> {
        // What does not parse is told by whoever runs it, in its own words.
        let Ok((_, module)) = self.parse(file) else {
            return Ok(false);
        };
        let mut dynamic = DynamicImports::default();
        module.visit_with(&mut dynamic);
        Ok(dynamic.first.is_some() || module.body.iter().any(is_import))
    }

    fn parse(&self, file: &Path) -> Result<(Lrc<SourceFile>, Module), BundleError> {
        let fail = |message: String| BundleError {
            file: file.to_owned(),
            position: None,
            message,
        };
        let text = source(file)?;
        let name = Lrc::new(FileName::Real(file.to_owned()));
        let source = self.map.new_source_file(name, text);
        let module = parse_js(&source).map_err(|error| BundleError {
            position: Some(self.position(error.span().lo)),
            ..fail(format!("SyntaxError: {}", error.kind().msg()))
        })?;
        Ok((source, module))
    }

    fn load_checked(&self, file: &Path) -> Result<ModuleData, BundleError> {
        let (fm, mut module) = self.parse(file)?;
        let mut dynamic = DynamicImports::default();
        module.visit_with(&mut dynamic);
        if let Some(span) = dynamic.first {
            return Err(BundleError {
                file: file.to_owned(),
                position: Some(self.position(span.lo)),
                message: "`import()` can't be bundled: write `import ... from` at the top"
                    .to_owned(),
            });
        }
        for item in &module.body {
            if let Some((name, span)) = imported(item) {
                find(file, &name).map_err(|message| BundleError {
                    file: file.to_owned(),
                    position: Some(self.position(span.lo)),
                    message,
                })?;
            }
        }
        let mut known = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        known.append(&mut free::names(&module));
        namespaces::rewrite(&mut module);
        Ok(ModuleData {
            fm,
            module,
            helpers: Helpers::new(false),
        })
    }

    fn position(&self, at: BytePos) -> Position {
        super::origins::position(&self.map, at)
    }

    fn keep(&self, error: BundleError) -> anyhow::Error {
        let text = anyhow::Error::msg(error.to_string());
        let mut slot = self.mistake.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(error);
        text
    }
}

impl Load for Files {
    fn load(&self, file: &FileName) -> Result<ModuleData, anyhow::Error> {
        let FileName::Real(path) = file else {
            return Err(anyhow::Error::msg(format!("{file} is not a file")));
        };
        self.load_checked(path).map_err(|error| self.keep(error))
    }
}

impl Resolve for Files {
    fn resolve(&self, base: &FileName, specifier: &str) -> Result<Resolution, anyhow::Error> {
        let FileName::Real(base) = base else {
            return Err(anyhow::Error::msg(format!("{base} is not a file")));
        };
        let found = find(base, specifier).map_err(|message| BundleError {
            file: base.clone(),
            position: None,
            message,
        });
        let file = found.map_err(|error| self.keep(error))?;
        Ok(Resolution {
            filename: FileName::Real(file),
            slug: None,
        })
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

/// The file that an import names.
///
/// # Errors
/// There is none, or it is a package.
fn find(from: &Path, specifier: &str) -> Result<PathBuf, String> {
    let is_path = specifier.starts_with("./") || specifier.starts_with("../");
    if !is_path && matches!(specifier, "." | "..") {
        return Err(format!("`{specifier}` is a folder: name the file in it"));
    }
    if !is_path {
        return Err(format!(
            "`{specifier}` is a package, and only one's own files are bundled (`./{specifier}.js`): {ESBUILD}"
        ));
    }
    let folder = from.parent().unwrap_or(Path::new(""));
    let named = clean(&folder.join(specifier));
    let mut candidates = vec![named.clone()];
    // TypeScript names the file that a compiler would make.
    match named.extension().and_then(|it| it.to_str()) {
        Some("js") => candidates.push(named.with_extension("ts")),
        Some("mjs") => candidates.push(named.with_extension("mts")),
        _ => {}
    }
    let text = named.as_os_str().to_owned();
    candidates.extend(EXTENSIONS.map(|extension| {
        let mut text = text.clone();
        text.push(".");
        text.push(extension);
        PathBuf::from(text)
    }));
    let Some(found) = candidates.iter().find(|path| path.is_file()) else {
        let shown = named.display();
        return Err(if named.is_dir() {
            format!("{shown} is a folder: name the file in it")
        } else {
            format!("there is no file {shown}")
        });
    };
    let extension = found.extension().and_then(|it| it.to_str());
    if !extension.is_some_and(|it| EXTENSIONS.contains(&it)) {
        return Err(format!(
            "{} can't be imported: JavaScript, TypeScript and JSON can (.{})",
            found.display(),
            EXTENSIONS.join(", .")
        ));
    }
    Ok(found.clone())
}

/// Without `.` and `..`, so that one file has one name.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(cleaned.components().next_back(), Some(Component::Normal(_))) =>
            {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}

fn is_import(item: &ModuleItem) -> bool {
    imported(item).is_some()
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
