//! The parsed file while it is read: its text, what it may refer to, and the
//! problems found so far.
//!
//! Reading goes on after a problem, so that all are reported at once.

use super::environment::Environment;
use super::position::Lines;
use super::problem::{Origin, Problem};
use super::read_file::ReadFile;
use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To serve: secrets are resolved, files that it names are read.
    Serve,
    /// To try a transform out on its author's machine, which has neither: a
    /// reference is checked and a stand-in is taken instead.
    Author,
}

/// What every reader of a part of the file shares.
pub(super) struct Document<'t> {
    file: String,
    folder: PathBuf,
    lines: Lines<'t>,
    environment: Environment<'t>,
    purpose: Purpose,
    problems: RefCell<Vec<Problem>>,
    /// Problems in files that concern one tenant alone.
    unusable: RefCell<Vec<Problem>>,
    files: RefCell<Vec<ReadFile>>,
}

impl<'t> Document<'t> {
    pub(super) fn new(
        file: &Path,
        text: &'t str,
        environment: Environment<'t>,
        purpose: Purpose,
    ) -> Self {
        Self {
            file: file.display().to_string(),
            folder: file.parent().unwrap_or(Path::new("")).to_owned(),
            lines: Lines::of(text),
            environment,
            purpose,
            problems: RefCell::default(),
            unusable: RefCell::default(),
            files: RefCell::new(vec![ReadFile::new(file, text.as_bytes())]),
        }
    }

    /// Whether secrets and files get stand-ins.
    pub(super) fn is_for_authors(&self) -> bool {
        self.purpose == Purpose::Author
    }

    /// A path from the file, which is relative to the file's folder.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// An environment variable.
    ///
    /// # Errors
    /// Says that it is not set or not Unicode.
    pub(super) fn variable(&self, name: &str) -> Result<String, std::env::VarError> {
        (self.environment)(name)
    }

    /// Records a problem at a position in the text.
    pub(super) fn report(&self, span: &Range<usize>, key: &str, message: String) {
        self.push(self.origin(span), key, message);
    }

    /// Records that a file, which the text names at this position, can't be used:
    /// others are served all the same.
    pub(super) fn report_unusable(&self, span: &Range<usize>, key: &str, message: String) {
        self.unusable.borrow_mut().push(Problem {
            origin: self.origin(span),
            key: key.to_owned(),
            message,
        });
    }

    /// Notes a file that was read, and what was in it.
    pub(super) fn note_file(&self, path: &Path, bytes: &[u8]) {
        self.files.borrow_mut().push(ReadFile::new(path, bytes));
    }

    /// Records a problem in a flag or an environment variable.
    pub(super) fn report_outside(&self, name: &str, message: String) {
        self.push(Origin::Outside(name.to_owned()), "", message);
    }

    /// Takes out everything recorded.
    pub(super) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    /// Takes out what was recorded of files that can't be used.
    pub(super) fn take_unusable(&self) -> Vec<Problem> {
        self.unusable.take()
    }

    /// The files that were read, this one first.
    pub(super) fn take_files(&self) -> Vec<ReadFile> {
        self.files.take()
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File {
            file: self.file.clone(),
            position: Some(self.lines.position(span.start)),
        }
    }

    /// The line of a byte offset, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.position(offset).line
    }

    fn push(&self, origin: Origin, key: &str, message: String) {
        self.problems.borrow_mut().push(Problem {
            origin,
            key: key.to_owned(),
            message,
        });
    }
}
