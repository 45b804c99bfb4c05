//! What a program says about itself: its language, the tools that made it,
//! what it imports and how much of the pool it takes.
//!
//! For people, on upload and in `hookmill check`. It reads the binary's
//! sections and runs nothing. The maker of the binary wrote them, so nothing may
//! be decided by them: what is not readable is simply not there.

use crate::caps::{ABOUT_TEXT_CHARS_MAX, ABOUT_TEXTS_MAX, WASM_PAGE_BYTES};
use hookmill_domain::program::ProgramKind;
use std::collections::BTreeSet;
use wasmparser::{Instance, KnownCustom, Parser, Payload, ProducersSectionReader};

/// What can be told of a program without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it was given as.
    pub kind: ProgramKind,
    /// The language that it was written in, as far as its tools tell: a guess.
    pub language: Option<String>,
    /// The tools and languages that its `producers` sections name: a name and
    /// a version, which may be empty. Outer sections first, without repeats.
    pub producers: Vec<(String, String)>,
    /// Interfaces and functions that it imports, in the order of its binary;
    /// types that come from them are left out.
    pub imports: Vec<String>,
    /// What one instance takes at its start.
    pub needs: Needs,
    /// Bytes of the source or the binary.
    pub size_bytes: u64,
}

/// What one instance of a component takes of the pool; a JavaScript program
/// shares the engine's and needs nothing of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Core instances.
    pub core_instances: u64,
    /// Linear memories.
    pub memories: u64,
    /// Bytes of all linear memories at the start.
    pub memory_bytes: u64,
    /// Tables.
    pub tables: u64,
    /// Elements of all tables at the start.
    pub table_elements: u64,
}

/// Describes a program; bytes that are not a component give an empty description.
#[must_use]
pub fn about(bytes: &[u8], kind: ProgramKind) -> About {
    let mut sections = Sections::default();
    if kind == ProgramKind::Component {
        // What was read before the damage is still true.
        let _ = sections.read(bytes);
    }
    let language = match kind {
        ProgramKind::JavaScript => Some("JavaScript".to_owned()),
        ProgramKind::TypeScript => Some("TypeScript".to_owned()),
        ProgramKind::Component => language(&sections.producers).map(str::to_owned),
    };
    About {
        kind,
        language,
        producers: sections.names_and_versions(),
        imports: sections.imports,
        needs: sections.needs,
        size_bytes: bytes.len() as u64,
    }
}

/// One entry of a `producers` section.
struct Producer {
    field: String,
    name: String,
    version: String,
}

#[derive(Default)]
struct Sections {
    producers: Vec<Producer>,
    imports: Vec<String>,
    needs: Needs,
}

impl Sections {
    fn read(&mut self, component: &[u8]) -> wasmparser::Result<()> {
        let mut depth = 0_usize;
        let mut inner = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        let name = import?.name.name;
                        // Plain names are types taken from an interface.
                        if name.contains(':') && self.imports.len() < ABOUT_TEXTS_MAX {
                            self.imports.push(bounded(name));
                        }
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        let bytes = memory?.initial.saturating_mul(WASM_PAGE_BYTES as u64);
                        self.needs.memories += 1;
                        self.needs.memory_bytes = self.needs.memory_bytes.saturating_add(bytes);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        let elements = table?.ty.initial;
                        self.needs.tables += 1;
                        self.needs.table_elements =
                            self.needs.table_elements.saturating_add(elements);
                    }
                }
                Payload::InstanceSection(section) => {
                    for instance in section {
                        let real = matches!(instance?, Instance::Instantiate { .. });
                        self.needs.core_instances += u64::from(real);
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Producers(reader) = section.as_known() {
                        let producers = if depth == 0 {
                            &mut self.producers
                        } else {
                            &mut inner
                        };
                        // A damaged custom section does not matter.
                        let _ = read_producers(reader, producers);
                    }
                }
                _ => {}
            }
        }
        // The outermost wrapper knows best what was wrapped.
        self.producers.append(&mut inner);
        Ok(())
    }

    fn names_and_versions(&self) -> Vec<(String, String)> {
        let mut seen = BTreeSet::new();
        let all = self.producers.iter();
        all.map(|it| (it.name.clone(), it.version.clone()))
            .filter(|pair| seen.insert(pair.clone()))
            .collect()
    }
}

fn read_producers(
    fields: ProducersSectionReader<'_>,
    producers: &mut Vec<Producer>,
) -> wasmparser::Result<()> {
    for field in fields {
        let field = field?;
        for value in field.values {
            let value = value?;
            if producers.len() == ABOUT_TEXTS_MAX {
                return Ok(());
            }
            producers.push(Producer {
                field: bounded(field.name),
                name: bounded(value.name),
                version: bounded(value.version),
            });
        }
    }
    Ok(())
}

/// One line of printable text.
fn bounded(text: &str) -> String {
    let printable = text.chars().filter(|character| !character.is_control());
    printable.take(ABOUT_TEXT_CHARS_MAX).collect()
}

/// Tools that wrap a whole interpreter, which was itself written in another
/// language: they know better than the `language` fields inside.
const WRAPPERS: [(&str, &str); 7] = [
    ("hookmill-javascript", "JavaScript"),
    ("componentize-py", "Python"),
    ("componentizejs", "JavaScript"),
    ("componentize-js", "JavaScript"),
    ("componentize-qjs", "JavaScript"),
    ("componentize-dotnet", "C#"),
    ("javy", "JavaScript"),
];

/// Languages as the convention of `producers` writes them. Most are compiled
/// together with C, so C and C++ come last.
const LANGUAGES: [(&str, &str); 12] = [
    ("rust", "Rust"),
    ("zig", "Zig"),
    ("go", "Go"),
    ("swift", "Swift"),
    ("python", "Python"),
    ("typescript", "TypeScript"),
    ("javascript", "JavaScript"),
    ("c#", "C#"),
    ("kotlin", "Kotlin"),
    ("d", "D"),
    ("c_plus_plus", "C++"),
    ("c", "C"),
];

/// Compilers and binding generators, for binaries whose own sections were
/// stripped.
const TOOLS: [(&str, &str); 9] = [
    ("rustc", "Rust"),
    ("tinygo", "Go"),
    ("assemblyscript", "AssemblyScript"),
    ("moonbit", "MoonBit"),
    ("zig", "Zig"),
    ("wit-bindgen-rust", "Rust"),
    ("wit-bindgen-go", "Go"),
    ("wit-bindgen-csharp", "C#"),
    ("wit-bindgen-c", "C"),
];

fn language(producers: &[Producer]) -> Option<&'static str> {
    let of_tools = |table: &[(&str, &'static str)]| {
        let known = |(tool, language): &(&str, &'static str)| {
            let mut names = producers.iter().filter(|it| it.field != "language");
            names
                .any(|it| it.name.eq_ignore_ascii_case(tool))
                .then_some(*language)
        };
        table.iter().find_map(known)
    };
    let declared = || {
        let known = |(name, language): &(&str, &'static str)| {
            let mut names = producers.iter().filter(|it| it.field == "language");
            names
                .any(|it| is_language(&it.name, name))
                .then_some(*language)
        };
        LANGUAGES.iter().find_map(known)
    };
    of_tools(&WRAPPERS)
        .or_else(declared)
        .or_else(|| of_tools(&TOOLS))
}

/// `C11` is C and `C_plus_plus_14` is C++: a standard's number may follow.
fn is_language(found: &str, name: &str) -> bool {
    let found = found.to_ascii_lowercase();
    found.strip_prefix(name).is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::{Producer, language};

    #[test]
    fn the_outermost_tool_tells_the_language_first() {
        type Fields<'a> = &'a [(&'a str, &'a str)];
        let table: [(Fields<'_>, Option<&str>); 9] = [
            (&[], None),
            (&[("language", "Rust"), ("language", "C11")], Some("Rust")),
            (&[("language", "C11")], Some("C")),
            (
                &[("language", "C_plus_plus_14"), ("language", "C11")],
                Some("C++"),
            ),
            (
                &[("language", "C11"), ("processed-by", "componentize-py")],
                Some("Python"),
            ),
            (
                &[
                    ("language", "C_plus_plus_17"),
                    ("processed-by", "ComponentizeJS"),
                ],
                Some("JavaScript"),
            ),
            (
                &[
                    ("processed-by", "wit-component"),
                    ("processed-by", "wit-bindgen-rust"),
                ],
                Some("Rust"),
            ),
            (&[("language", "Cobol")], None),
            (&[("processed-by", "C11")], None),
        ];
        for (entries, expected) in table {
            let producers: Vec<_> = entries
                .iter()
                .map(|(field, name)| Producer {
                    field: (*field).to_owned(),
                    name: (*name).to_owned(),
                    version: String::new(),
                })
                .collect();
            assert_eq!(language(&producers), expected, "{entries:?}");
        }
    }
}
