//! Whether every import of a bundle leads to an export, as ECMAScript resolves
//! them (ResolveExport): the bundler takes one that leads to nothing for a name
//! that is free, and of two that disagree the first.

use super::declarations::{DEFAULT, Declarations, Export, Import, NAMESPACE};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use swc_common::Span;
use swc_ecma_ast::Module;

/// The declarations of all files.
#[derive(Default)]
pub(super) struct Exports {
    files: BTreeMap<PathBuf, Declarations>,
}

/// An import that can't be followed.
pub(super) struct Problem<'e> {
    /// The importing file.
    pub(super) file: &'e Path,
    /// The name in it.
    pub(super) at: Span,
    /// What is wrong, and what there is.
    pub(super) message: String,
}

/// What a name of a file resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolution<'e> {
    /// This name of the file that declares it.
    Unique(&'e Path, &'e str),
    /// Two files of `export *` have it, each another.
    Ambiguous(&'e Path, &'e Path),
}

impl Exports {
    /// Takes a file in, whose imports all lead to files.
    pub(super) fn add(&mut self, path: &Path, module: &Module) {
        let file = Declarations::read(path, module);
        self.files.insert(path.to_owned(), file);
    }

    /// The first import that can't be followed.
    pub(super) fn problem(&self) -> Option<Problem<'_>> {
        let unsupported = self.files.iter().find_map(|(file, known)| {
            let (at, message) = known.unsupported?;
            let message = message.to_owned();
            Some(Problem { file, at, message })
        });
        unsupported
            .or_else(|| self.cyclic_star_export())
            .or_else(|| self.unresolved_import())
    }

    /// A file that passes on its own exports, which the bundler follows for
    /// ever.
    fn cyclic_star_export(&self) -> Option<Problem<'_>> {
        for (file, known) in &self.files {
            for (other, at) in &known.star_exports {
                let mut seen = BTreeSet::new();
                self.star_exported(other, &mut seen);
                if seen.contains(file.as_path()) {
                    return Some(Problem {
                        file,
                        at: *at,
                        message: "`export *` leads back to this file: name what is exported"
                            .to_owned(),
                    });
                }
            }
        }
        None
    }

    /// An import of a name that its file does not export, or exports twice.
    fn unresolved_import(&self) -> Option<Problem<'_>> {
        let imports = self
            .files
            .iter()
            .flat_map(|(file, known)| known.imports.iter().map(move |import| (file, import)));
        for (file, import) in imports {
            let message = match self.resolve(&import.from, &import.name, &mut BTreeSet::new()) {
                Some(Resolution::Unique(..)) => continue,
                Some(Resolution::Ambiguous(one, other)) => format!(
                    "`{}` exports `{}` twice, from {} and {}: name which is meant",
                    import.specifier,
                    import.name,
                    one.display(),
                    other.display()
                ),
                None => self.missing(import),
            };
            let at = import.at;
            return Some(Problem { file, at, message });
        }
        None
    }

    fn resolve<'e>(
        &'e self,
        path: &'e Path,
        name: &'e str,
        seen: &mut BTreeSet<(&'e Path, &'e str)>,
    ) -> Option<Resolution<'e>> {
        if name == NAMESPACE {
            return Some(Resolution::Unique(path, name));
        }
        let file = self.files.get(path)?;
        if !seen.insert((path, name)) {
            return None;
        }
        match file.exports.get(name) {
            Some(Export::Local(_)) => return Some(Resolution::Unique(path, name)),
            Some(Export::Of(from, name)) => return self.resolve(from, name, seen),
            None if name == DEFAULT => return None,
            None => {}
        }
        let mut first = None;
        for (other, _) in &file.star_exports {
            match (first, self.resolve(other, name, seen)) {
                (_, None) => {}
                (_, ambiguous @ Some(Resolution::Ambiguous(..))) => return ambiguous,
                (None, found) => first = found,
                (
                    Some(Resolution::Unique(one, one_name)),
                    Some(Resolution::Unique(two, two_name)),
                ) => {
                    if (one, one_name) != (two, two_name) {
                        return Some(Resolution::Ambiguous(one, two));
                    }
                }
                (Some(Resolution::Ambiguous(..)), _) => return first,
            }
        }
        first
    }

    /// The files whose names a file passes on, itself among them.
    fn star_exported<'e>(&'e self, path: &'e Path, seen: &mut BTreeSet<&'e Path>) {
        if let Some(file) = self.files.get(path)
            && seen.insert(path)
        {
            for (other, _) in &file.star_exports {
                self.star_exported(other, seen);
            }
        }
    }

    fn missing(&self, import: &Import) -> String {
        let mut files = BTreeSet::new();
        self.star_exported(&import.from, &mut files);
        let names: BTreeSet<_> = files
            .into_iter()
            .flat_map(|file| {
                let names = self.files[file].exports.keys();
                // A default is not passed on.
                names.filter(move |name| file == import.from || *name != DEFAULT)
            })
            .map(|name| format!("`{name}`"))
            .collect();
        let there = if names.is_empty() {
            "it exports nothing".to_owned()
        } else {
            let names: Vec<_> = names.into_iter().collect();
            format!("it exports {}", names.join(", "))
        };
        let Import {
            name, specifier, ..
        } = import;
        if name == DEFAULT {
            format!("`{specifier}` has no default export: {there}")
        } else {
            format!("`{specifier}` does not export `{name}`: {there}")
        }
    }
}
