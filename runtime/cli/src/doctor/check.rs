//! One line of the doctor's table.

/// What was checked, and what came out.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) state: State,
    /// What was found.
    pub(super) detail: String,
    /// What to do about it; empty when there is nothing to do.
    pub(super) advice: String,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// Works, but could be better, or only some uses work.
    Warn,
    /// Hookmill can't serve like this.
    Fail,
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Check {
    pub(super) fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, State::Ok, detail, "")
    }

    pub(super) fn warn(name: &'static str, detail: impl Into<String>, advice: &str) -> Self {
        Self::new(name, State::Warn, detail, advice)
    }

    pub(super) fn fail(name: &'static str, detail: impl Into<String>, advice: &str) -> Self {
        Self::new(name, State::Fail, detail, advice)
    }

    fn new(name: &'static str, state: State, detail: impl Into<String>, advice: &str) -> Self {
        Self {
            name,
            state,
            detail: detail.into(),
            advice: advice.to_owned(),
        }
    }
}
