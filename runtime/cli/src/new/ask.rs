//! Which language, asked of a person at a terminal: by number or by name.

use anyhow::{Context as _, bail};
use hookmill_config::nearest;
use std::io::{BufRead, Write};

/// Asks until the answer is one of the languages.
///
/// # Errors
/// The input ends first.
pub(super) fn ask<'l>(
    languages: &[&'l str],
    mut answers: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<&'l str> {
    writeln!(out, "Which language?")?;
    for (index, language) in languages.iter().enumerate() {
        writeln!(out, "  {}  {language}", index + 1)?;
    }
    loop {
        write!(out, "number or name: ")?;
        out.flush()?;
        let mut answer = String::new();
        let read = answers.read_line(&mut answer);
        if read.context("the answer can't be read")? == 0 {
            bail!("no language was chosen: give it with --lang");
        }
        let answer = answer.trim();
        if let Some(language) = find(languages, answer) {
            return Ok(language);
        }
        match nearest(answer, languages.iter().copied()) {
            Some(near) => writeln!(out, "there is no {answer:?}; did you mean {near}?")?,
            None => writeln!(out, "there is no {answer:?}")?,
        }
    }
}

fn find<'l>(languages: &[&'l str], answer: &str) -> Option<&'l str> {
    let by_number = answer
        .parse::<usize>()
        .ok()
        .and_then(|number| languages.get(number.checked_sub(1)?));
    let by_name = || languages.iter().find(|it| it.eq_ignore_ascii_case(answer));
    by_number.or_else(by_name).copied()
}

#[cfg(test)]
mod tests {
    use super::ask;

    #[test]
    fn a_number_and_a_name_will_do_and_anything_else_is_asked_again() {
        for (answers, chosen) in [
            ("2\n", "rust"),
            ("Rust", "rust"),
            (" js \n", "js"),
            ("0\n3\nx\n\nrst\n1\n", "js"),
        ] {
            let mut out = Vec::new();
            let found = ask(&["js", "rust"], answers.as_bytes(), &mut out);
            assert_eq!(found.expect(answers), chosen);
            let shown = String::from_utf8(out).expect("UTF-8");
            assert!(
                shown.starts_with("Which language?\n  1  js\n  2  rust\nnumber or name: "),
                "{shown}"
            );
            assert_eq!(
                shown.contains("did you mean rust?"),
                answers.contains("rst"),
                "{shown}"
            );
        }
        let error = ask(&["js"], "x\n".as_bytes(), Vec::new()).expect_err("the input ends");
        assert_eq!(
            error.to_string(),
            "no language was chosen: give it with --lang"
        );
    }
}
