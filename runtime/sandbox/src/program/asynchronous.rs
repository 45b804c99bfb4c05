//! How to get a component without asynchronous functions and without WASI 0.3,
//! which are not taken: which flag of which toolchain.
//!
//! Which one made a component its `producers` sections tell, and they may be
//! wrong or gone; so what is not known gets the whole list.

use crate::program::about::about;
use hookmill_domain::program::ProgramKind;

/// What to do, by toolchain: names as `producers` has them, a title, and how.
const TOOLCHAINS: [(&[&str], &str, &str); 6] = [
    (&["componentize-qjs"], "componentize-qjs", "pass `--sync`"),
    (
        &["componentize-py"],
        "componentize-py",
        "write `def handler` (not `async def`), and pass `--stub-wasi`: `componentize-py -w transform componentize app --stub-wasi`",
    ),
    (
        &["componentize-js", "componentizejs", "jco"],
        "jco and componentize-js",
        "use the StarlingMonkey backend, which makes WASI 0.2, or the QuickJS one with its synchronous runtime",
    ),
    (
        &["tinygo", "wit-bindgen-go"],
        "TinyGo",
        "pass `-target=wasip2`",
    ),
    (
        &["wit-bindgen-c", "wit-bindgen-cpp"],
        "C and C++",
        "compile with `--target=wasm32-wasip2` (or wasip1), and call wit-bindgen without `--async`",
    ),
    (
        &["rustc", "wit-bindgen-rust", "cargo-component"],
        "Rust",
        "pass `--target wasm32-wasip2`, not wasip3 (cargo-component: the same), and `async: false` to `wit_bindgen::generate!`",
    ),
];

/// A sentence's end for the owner of this component.
pub(crate) fn advice(wasm: &[u8]) -> String {
    let about = about(wasm, ProgramKind::Component);
    let made_by = |names: &[&str]| {
        let mut tools = about.producers.iter();
        tools.any(|(tool, _)| names.contains(&tool.to_ascii_lowercase().as_str()))
    };
    let known = TOOLCHAINS.iter().find(|(names, ..)| made_by(names));
    match known {
        Some((_, title, how)) => format!("build for WASI 0.2 and without `async`; {title}: {how}"),
        None => {
            let all: Vec<_> = TOOLCHAINS
                .iter()
                .map(|(_, title, how)| format!("{title}: {how}"))
                .collect();
            format!("build for WASI 0.2 and without `async`; {}", all.join("; "))
        }
    }
}
