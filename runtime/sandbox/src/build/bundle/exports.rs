//! Whether every import of a bundle leads to an export, as ECMAScript resolves
//! them (ResolveExport): the bundler takes one that leads to nothing for a name
//! that is free, and of two that disagree the first.

use super::declarations::{DEFAULT, Declarations, Export, NAMESPACE, Want};
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
pub(super) struct Wrong<'e> {
    /// The importing file.
    pub(super) file: &'e Path,
    /// The name in it.
    pub(super) at: Span,
    /// What is wrong, and what there is.
    pub(super) message: String,
}

/// What a name of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found<'e> {
    /// This name of the file that declares it.
    In(&'e Path, &'e str),
    /// Two files of `export *` have it, each another.
    Twice(&'e Path, &'e Path),
}

impl Exports {
    /// Takes a file in, whose imports all lead to files.
    pub(super) fn add(&mut self, path: &Path, module: &Module) {
        let file = Declarations::read(path, module);
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
            .or_else(|| self.astray())
    }

    /// A file that passes on its own exports, which the bundler follows for
    /// ever.
    fn circle(&self) -> Option<Wrong<'_>> {
        for (file, known) in &self.files {
            for (other, at) in &known.passed_on {
                let mut seen = BTreeSet::new();
                self.passed_on(other, &mut seen);
                if seen.contains(file.as_path()) {
                    return Some(Wrong {
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

    /// An import of a name that its file does not export, or twice.
    fn astray(&self) -> Option<Wrong<'_>> {
        let wants = self
            .files
            .iter()
            .flat_map(|(file, known)| known.wants.iter().map(move |want| (file, want)));
        for (file, want) in wants {
            let message = match self.resolve(&want.from, &want.name, &mut BTreeSet::new()) {
                Some(Found::In(..)) => continue,
                Some(Found::Twice(one, other)) => format!(
                    "`{}` exports `{}` twice, from {} and {}: name which is meant",
                    want.specifier,
                    want.name,
                    one.display(),
                    other.display()
                ),
                None => self.missing(want),
            };
            let at = want.at;
            return Some(Wrong { file, at, message });
        }
        None
    }

    fn resolve<'e>(
        &'e self,
        path: &'e Path,
        name: &'e str,
        seen: &mut BTreeSet<(&'e Path, &'e str)>,
    ) -> Option<Found<'e>> {
        if name == NAMESPACE {
            return Some(Found::In(path, name));
        }
        let file = self.files.get(path)?;
        if !seen.insert((path, name)) {
            return None;
        }
        match file.exports.get(name) {
            Some(Export::Local(_)) => return Some(Found::In(path, name)),
            Some(Export::Of(from, name)) => return self.resolve(from, name, seen),
            None if name == DEFAULT => return None,
            None => {}
        }
        let mut first = None;
        for (other, _) in &file.passed_on {
            match (first, self.resolve(other, name, seen)) {
                (_, None) => {}
                (_, twice @ Some(Found::Twice(..))) => return twice,
                (None, found) => first = found,
                (Some(Found::In(one, one_name)), Some(Found::In(two, two_name))) => {
                    if (one, one_name) != (two, two_name) {
                        return Some(Found::Twice(one, two));
                    }
                }
                (Some(Found::Twice(..)), _) => return first,
            }
        }
        first
    }

    /// The files whose names a file passes on, itself among them.
    fn passed_on<'e>(&'e self, path: &'e Path, seen: &mut BTreeSet<&'e Path>) {
        if let Some(file) = self.files.get(path)
            && seen.insert(path)
        {
            for (other, _) in &file.passed_on {
                self.passed_on(other, seen);
            }
        }
    }

    fn missing(&self, want: &Want) -> String {
        let mut files = BTreeSet::new();
        self.passed_on(&want.from, &mut files);
        let names: BTreeSet<_> = files
            .into_iter()
            .flat_map(|file| {
                let names = self.files[file].exports.keys();
                // A default is not passed on.
                names.filter(move |name| file == want.from || *name != DEFAULT)
            })
            .map(|name| format!("`{name}`"))
            .collect();
        let there = if names.is_empty() {
            "it exports nothing".to_owned()
        } else {
            let names: Vec<_> = names.into_iter().collect();
            format!("it exports {}", names.join(", "))
        };
        let Want {
            name, specifier, ..
        } = want;
        if name == DEFAULT {
            format!("`{specifier}` has no default export: {there}")
        } else {
            format!("`{specifier}` does not export `{name}`: {there}")
        }
    }
}
