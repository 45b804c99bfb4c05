//! The templates inside the binary, as the build script found them under
//! `guest-sdk/*/template` and `transforms/*`.

use std::borrow::Cow;

/// What a new folder is made of.
pub(super) struct Template {
    /// The language, or the integration.
    pub(super) name: &'static str,
    /// The command that runs the unit tests; empty when there are none.
    pub(super) unit_test: &'static str,
    /// Ordered by path, a template's own before those that go along.
    pub(super) files: &'static [File],
}

/// One file.
pub(super) struct File {
    /// Relative to the new folder.
    pub(super) path: &'static str,
    content: &'static [u8],
    /// Whether the name has to be put in. What goes along stays as it is.
    has_placeholders: bool,
}

impl File {
    /// The content in a project of this name.
    pub(super) fn rendered(&self, name: &str) -> Cow<'static, [u8]> {
        match str::from_utf8(self.content) {
            Ok(text) if self.has_placeholders => {
                Cow::Owned(text.replace("{{name}}", name).into_bytes())
            }
            _ => Cow::Borrowed(self.content),
        }
    }
}

/// The languages that there are templates for.
pub(super) fn languages() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|template| template.name)
}

/// The integrations that can be started from.
pub(super) fn integrations() -> impl Iterator<Item = &'static str> {
    INTEGRATIONS.iter().map(|integration| integration.name)
}

/// The template for a language.
pub(super) fn language(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// A shipped integration's handler with its samples.
pub(super) fn integration(name: &str) -> Option<&'static Template> {
    INTEGRATIONS.iter().find(|template| template.name == name)
}

include!(concat!(env!("OUT_DIR"), "/templates.rs"));
