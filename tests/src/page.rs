//! Pages of the documentation that are programs: files, each with its content,
//! and the commands that make something of them.
//!
//! A file is a block of code whose name stands before it, `` `name`: ``; the
//! commands are the block in `sh`.

use crate::binary::root;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Commands that get a compiler: the tests have theirs.
const INSTALLERS: [&str; 2] = ["npm install ", "apt-get install "];

/// A section of a page.
#[derive(Debug)]
pub struct Section {
    files: Vec<(String, String)>,
    commands: String,
}

impl Section {
    /// The section of this title in a page, whose path is relative to the
    /// project.
    ///
    /// # Panics
    /// When it is not there, or a block of code has no name.
    #[must_use]
    pub fn read(page: &str, title: &str) -> Self {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let begin = format!("\n## {title}\n");
        let text = text.split(&begin).nth(1).expect("the page has the section");
        let text = text.split("\n## ").next().unwrap_or(text);
        let mut section = Self {
            files: Vec::new(),
            commands: String::new(),
        };
        let parts: Vec<&str> = text.split("```").collect();
        // Blocks of code stand at the odd places.
        for pair in parts.chunks_exact(2) {
            let (language, content) = pair[1].split_once('\n').expect("a block has a first line");
            if language == "sh" {
                section.commands = commands(content);
                continue;
            }
            let name = pair[0].trim_end().strip_suffix("`:");
            let name = name.and_then(|it| it.rsplit('`').next());
            let name = name.expect("a file's name stands before its content");
            section.files.push((name.to_owned(), content.to_owned()));
        }
        section
    }

    /// Writes the files into a folder.
    ///
    /// # Panics
    /// When that fails.
    pub fn write(&self, folder: &Path) {
        for (name, content) in &self.files {
            let file = folder.join(name);
            let parent = file.parent().expect("a file is in a folder");
            fs::create_dir_all(parent).expect("the folder can be made");
            fs::write(file, content).expect("the folder can be written");
        }
    }

    /// Runs the commands there, but for those that install.
    ///
    /// # Panics
    /// When there is no shell.
    #[must_use]
    pub fn run(&self, folder: &Path, path: &std::ffi::OsStr) -> Output {
        Command::new("sh")
            .args(["-e", "-c", &self.commands])
            .current_dir(folder)
            .env("PATH", path)
            .env("HOOKMILL_CACHE_DIR", crate::binary::cache_dir())
            .output()
            .expect("a shell is there")
    }
}

fn commands(block: &str) -> String {
    let is_here = |line: &&str| !INSTALLERS.iter().any(|one| line.starts_with(one));
    let lines: Vec<&str> = block.lines().filter(is_here).collect();
    lines.join("\n")
}
