//! What one file of a bundle exports, and what it imports of others, as it says
//! so. Must not look at other files.

use super::resolve::find;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use swc_common::{Span, Spanned as _};
use swc_ecma_ast::{
    AssignPatProp, Decl, ExportSpecifier, Expr, Ident, ImportDecl, ImportSpecifier, Module,
    ModuleDecl, ModuleExportName, ModuleItem, NamedExport, Pat,
};
use swc_ecma_visit::{Visit, VisitWith as _};

/// The name that `export default` gives.
pub(super) const DEFAULT: &str = "default";

/// Stands for all of a file: no export can have this name.
pub(super) const NAMESPACE: &str = "*";

/// What a file declares.
#[derive(Default)]
pub(super) struct Declarations {
    /// By the name that others import.
    pub(super) exports: BTreeMap<String, Export>,
    /// The files of `export * from`, and where it says so.
    pub(super) star_exports: Vec<(PathBuf, Span)>,
    /// The names that it imports.
    pub(super) imports: Vec<Import>,
    /// What the bundler can't do.
    pub(super) unsupported: Option<(Span, &'static str)>,
    /// What is imported, by its name here.
    imported: BTreeMap<String, (PathBuf, String)>,
}

/// Where an exported name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// The file itself, where it has this name.
    Local(String),
    /// Another file, under this name.
    Of(PathBuf, String),
}

/// A name that a file imports of another.
pub(super) struct Import {
    pub(super) from: PathBuf,
    pub(super) name: String,
    /// What it is called here; none where it is only passed on.
    local: Option<String>,
    pub(super) specifier: String,
    pub(super) at: Span,
}

impl Declarations {
    /// Reads a file whose imports all lead to files.
    pub(super) fn read(path: &Path, module: &Module) -> Self {
        let mut file = Self::default();
        for item in &module.body {
            if let ModuleItem::ModuleDecl(declaration) = item {
                file.add(path, declaration);
            }
        }
        file.follow_imports();
        let mut text = TextName::default();
        module.visit_with(&mut text);
        file.unsupported = file.unsupported.or(text.first.map(|at| {
            let message = "a name that is a text can't be bundled: give it a plain one";
            (at, message)
        }));
        if path.extension().is_some_and(|it| it == "ts" || it == "mts") {
            // What is imported and not used can be a type.
            let mut used = Used::default();
            module.visit_with(&mut used);
            file.imports.retain(|import| {
                import
                    .local
                    .as_ref()
                    .is_none_or(|it| used.names.contains(it))
            });
        }
        file
    }

    /// What was imported and is exported comes from the other file.
    fn follow_imports(&mut self) {
        for export in self.exports.values_mut() {
            if let Export::Local(name) = export
                && let Some((from, name)) = self.imported.get(name)
            {
                *export = Export::Of(from.clone(), name.clone());
            }
        }
    }
}

impl Declarations {
    fn add(&mut self, path: &Path, declaration: &ModuleDecl) {
        match declaration {
            ModuleDecl::ExportDecl(export) => match &export.decl {
                Decl::Class(class) => self.export(&class.ident.sym),
                Decl::Fn(function) => self.export(&function.ident.sym),
                Decl::Var(variables) => {
                    for variable in &variables.decls {
                        variable.name.visit_with(&mut Bound(self));
                    }
                }
                _ => {}
            },
            ModuleDecl::ExportDefaultDecl(_) | ModuleDecl::ExportDefaultExpr(_) => {
                self.export(DEFAULT);
            }
            ModuleDecl::ExportNamed(export) => self.add_named_exports(path, export),
            ModuleDecl::ExportAll(export) => {
                let found = find(path, &export.src.value.to_string_lossy());
                self.star_exports
                    .extend(found.map(|file| (file, export.span)));
            }
            ModuleDecl::Import(import) => self.add_imports(path, import),
            _ => {}
        }
    }

    fn add_named_exports(&mut self, path: &Path, export: &NamedExport) {
        for specifier in &export.specifiers {
            let source = export.src.as_ref().map(|it| it.value.to_string_lossy());
            let from = source.as_ref().and_then(|it| find(path, it).ok());
            let origin = |name: String| match from {
                Some(from) => Export::Of(from, name),
                None => Export::Local(name),
            };
            match specifier {
                ExportSpecifier::Namespace(all) => {
                    let whole = origin(NAMESPACE.to_owned());
                    self.exports.insert(text(&all.name), whole);
                }
                ExportSpecifier::Named(named) => {
                    let (name, at) = (text(&named.orig), named.orig.span());
                    let to = named.exported.as_ref().unwrap_or(&named.orig);
                    self.exports.insert(text(to), origin(name.clone()));
                    if let Some(source) = source {
                        self.import(path, &source, name, (None, at));
                    }
                }
                // A proposal that no parser here takes.
                ExportSpecifier::Default(_) => {}
            }
        }
    }

    fn add_imports(&mut self, path: &Path, import: &ImportDecl) {
        let source = import.src.value.to_string_lossy();
        for specifier in &import.specifiers {
            match specifier {
                ImportSpecifier::Named(named) => {
                    let imported = named.imported.as_ref();
                    let name = imported.map_or_else(|| named.local.sym.to_string(), text);
                    self.import(path, &source, name, named_by(&named.local));
                }
                ImportSpecifier::Default(default) => {
                    let name = DEFAULT.to_owned();
                    self.import(path, &source, name, named_by(&default.local));
                }
                ImportSpecifier::Namespace(all) => {
                    let Ok(found) = find(path, &source) else {
                        continue;
                    };
                    if found == path {
                        let message = "a file can't import itself as a namespace";
                        self.unsupported.get_or_insert((all.span, message));
                    }
                    let whole = (found, NAMESPACE.to_owned());
                    self.imported.insert(all.local.sym.to_string(), whole);
                }
            }
        }
    }

    fn export(&mut self, name: &str) {
        self.exports
            .insert(name.to_owned(), Export::Local(name.to_owned()));
    }

    fn import(
        &mut self,
        path: &Path,
        specifier: &str,
        name: String,
        (local, at): (Option<String>, Span),
    ) {
        let Ok(from) = find(path, specifier) else {
            return;
        };
        if let Some(local) = &local {
            let import = (from.clone(), name.clone());
            self.imported.insert(local.clone(), import);
        }
        self.imports.push(Import {
            from,
            name,
            local,
            specifier: specifier.to_owned(),
            at,
        });
    }
}

fn named_by(local: &Ident) -> (Option<String>, Span) {
    (Some(local.sym.to_string()), local.span)
}

/// A name that is a text (`export { a as "b-c" }`).
#[derive(Default)]
struct TextName {
    first: Option<Span>,
}

impl Visit for TextName {
    fn visit_module_export_name(&mut self, name: &ModuleExportName) {
        if let ModuleExportName::Str(text) = name {
            self.first.get_or_insert(text.span);
        }
    }
}

/// The names that stand anywhere but in imports.
#[derive(Default)]
struct Used {
    names: BTreeSet<String>,
}

impl Visit for Used {
    fn visit_import_decl(&mut self, _: &ImportDecl) {}

    fn visit_ident(&mut self, ident: &Ident) {
        self.names.insert(ident.sym.to_string());
    }
}

/// The names that a pattern binds.
struct Bound<'f>(&'f mut Declarations);

impl Visit for Bound<'_> {
    fn visit_pat(&mut self, pattern: &Pat) {
        if let Pat::Ident(name) = pattern {
            self.0.export(&name.id.sym);
        }
        pattern.visit_children_with(self);
    }

    fn visit_assign_pat_prop(&mut self, short: &AssignPatProp) {
        self.0.export(&short.key.id.sym);
    }

    /// What a default value declares is its own.
    fn visit_expr(&mut self, _: &Expr) {}
}

fn text(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(ident) => ident.sym.to_string(),
        ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}
