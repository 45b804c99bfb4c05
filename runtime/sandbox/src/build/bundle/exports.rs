//! What the files of a bundle export, and what they want of each other: the
//! bundler takes an import that leads to nothing for a name that is free.

use super::files::find;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use swc_common::{Span, Spanned as _};
use swc_ecma_ast::{
    AssignPatProp, Decl, ExportSpecifier, Expr, Ident, ImportDecl, ImportSpecifier, Module,
    ModuleDecl, ModuleExportName, ModuleItem, Pat,
};
use swc_ecma_visit::{Visit, VisitWith as _};

/// The name that `export default` gives.
const DEFAULT: &str = "default";

/// The exports and imports of all files.
#[derive(Default)]
pub(super) struct Exports {
    files: BTreeMap<PathBuf, File>,
}

#[derive(Default)]
struct File {
    exports: BTreeSet<String>,
    /// The files of `export * from`, and where it says so.
    passed_on: Vec<(PathBuf, Span)>,
    wants: Vec<Want>,
    /// What the bundler has no way for.
    not_known: Option<(Span, &'static str)>,
}

/// A name that a file imports of another.
struct Want {
    from: PathBuf,
    name: String,
    /// What it is called here; none where it is only passed on.
    local: Option<String>,
    specifier: String,
    at: Span,
}

/// An import that can't be followed.
pub(super) struct Wrong<'e> {
    /// The importing file.
    pub(super) file: &'e Path,
    /// The name in it.
    pub(super) at: Span,
    /// What is wrong, and what there is.
    pub(super) message: String,
}

impl Exports {
    /// Takes a file in, whose imports all lead to files.
    pub(super) fn add(&mut self, path: &Path, module: &Module) {
        let mut file = File::default();
        for item in &module.body {
            if let ModuleItem::ModuleDecl(declaration) = item {
                file.add(path, declaration);
            }
        }
        let mut text = TextName::default();
        module.visit_with(&mut text);
        file.not_known = file.not_known.or(text.first.map(|at| {
            let message = "a name that is a text can't be bundled: give it a plain one";
            (at, message)
        }));
        if path.extension().is_some_and(|it| it == "ts" || it == "mts") {
            // What is imported and not used can be a type.
            let mut used = Used::default();
            module.visit_with(&mut used);
            file.wants
                .retain(|want| want.local.as_ref().is_none_or(|it| used.names.contains(it)));
        }
        self.files.insert(path.to_owned(), file);
    }

    /// The first import that can't be followed.
    pub(super) fn wrong(&self) -> Option<Wrong<'_>> {
        let not_known = self.files.iter().find_map(|(file, known)| {
            let (at, message) = known.not_known?;
            let message = message.to_owned();
            Some(Wrong { file, at, message })
        });
        not_known
            .or_else(|| self.circle())
            .or_else(|| self.missing())
    }

    /// A file that passes on its own exports, which the bundler follows for
    /// ever.
    fn circle(&self) -> Option<Wrong<'_>> {
        for (path, file) in &self.files {
            for (other, at) in &file.passed_on {
                let mut seen = BTreeSet::new();
                self.collect(other, &mut BTreeSet::new(), &mut seen);
                if seen.contains(path) {
                    return Some(Wrong {
                        file: path,
                        at: *at,
                        message: "`export *` leads back to this file: name what is exported"
                            .to_owned(),
                    });
                }
            }
        }
        None
    }

    /// An import of a name that its file does not export.
    fn missing(&self) -> Option<Wrong<'_>> {
        let wants = self
            .files
            .iter()
            .flat_map(|(path, file)| file.wants.iter().map(move |want| (path, want)));
        for (file, want) in wants {
            let mut found = BTreeSet::new();
            self.collect(&want.from, &mut found, &mut BTreeSet::new());
            if !found.contains(want.name.as_str()) {
                return Some(Wrong {
                    file,
                    at: want.at,
                    message: want.message(&found),
                });
            }
        }
        None
    }

    /// All names of a file, those that it passes on too.
    fn collect<'e>(
        &'e self,
        path: &Path,
        names: &mut BTreeSet<&'e str>,
        seen: &mut BTreeSet<PathBuf>,
    ) {
        let Some(file) = self.files.get(path) else {
            return;
        };
        if !seen.insert(path.to_owned()) {
            return;
        }
        names.extend(file.exports.iter().map(String::as_str));
        for (other, _) in &file.passed_on {
            // A default is not passed on.
            let mut theirs = BTreeSet::new();
            self.collect(other, &mut theirs, seen);
            names.extend(theirs.into_iter().filter(|name| *name != DEFAULT));
        }
    }
}

impl Want {
    fn message(&self, found: &BTreeSet<&str>) -> String {
        let names: Vec<_> = found.iter().map(|name| format!("`{name}`")).collect();
        let there = if names.is_empty() {
            "it exports nothing".to_owned()
        } else {
            format!("it exports {}", names.join(", "))
        };
        let Self {
            name, specifier, ..
        } = self;
        if name == DEFAULT {
            format!("`{specifier}` has no default export: {there}")
        } else {
            format!("`{specifier}` does not export `{name}`: {there}")
        }
    }
}

impl File {
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
            ModuleDecl::ExportNamed(export) => {
                for specifier in &export.specifiers {
                    let (from, to) = match specifier {
                        ExportSpecifier::Namespace(all) => (None, &all.name),
                        ExportSpecifier::Named(named) => {
                            let to = named.exported.as_ref().unwrap_or(&named.orig);
                            (Some(&named.orig), to)
                        }
                        // A proposal that no parser here takes.
                        ExportSpecifier::Default(_) => continue,
                    };
                    self.export(&text(to));
                    if let (Some(from), Some(source)) = (from, &export.src) {
                        let source = source.value.to_string_lossy();
                        self.want(path, &source, text(from), (None, from.span()));
                    }
                }
            }
            ModuleDecl::ExportAll(export) => {
                let found = find(path, &export.src.value.to_string_lossy());
                self.passed_on.extend(found.map(|file| (file, export.span)));
            }
            ModuleDecl::Import(import) => {
                let source = import.src.value.to_string_lossy();
                for specifier in &import.specifiers {
                    match specifier {
                        ImportSpecifier::Named(named) => {
                            let imported = named.imported.as_ref();
                            let name = imported.map_or_else(|| named.local.sym.to_string(), text);
                            self.want(path, &source, name, named_by(&named.local));
                        }
                        ImportSpecifier::Default(default) => {
                            let name = DEFAULT.to_owned();
                            self.want(path, &source, name, named_by(&default.local));
                        }
                        ImportSpecifier::Namespace(all) => {
                            if find(path, &source).is_ok_and(|found| found == path) {
                                let message = "a file can't import itself as a namespace";
                                self.not_known.get_or_insert((all.span, message));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn export(&mut self, name: &str) {
        self.exports.insert(name.to_owned());
    }

    fn want(
        &mut self,
        path: &Path,
        specifier: &str,
        name: String,
        (local, at): (Option<String>, Span),
    ) {
        self.wants.extend(find(path, specifier).map(|from| Want {
            from,
            name,
            local,
            specifier: specifier.to_owned(),
            at,
        }));
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
struct Bound<'f>(&'f mut File);

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
