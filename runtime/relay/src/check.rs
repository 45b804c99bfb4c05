//! Every transform that is a file, loaded and let go of again: what can be
//! found out about a declaration before it serves.

use crate::config::Config;
use crate::transform_file;
use hookmill_domain::declared::DeclaredTransform;
use hookmill_domain::program::UnreadableFile;
use hookmill_sandbox::{LoadError, Sandbox, StartError};
use std::path::PathBuf;

/// A declaration can't be checked, or would not do.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The sandbox can't start.
    #[error("the sandbox can't start")]
    Sandbox(#[from] StartError),
    /// Transforms can't be loaded; the others can.
    #[error("{} transforms can't be loaded", .0.len())]
    Refused(Vec<TransformRefused>),
}

/// A declared transform can't be loaded.
#[derive(Debug, thiserror::Error)]
#[error("transform `{name}` of tenant `{tenant}` can't be loaded: {}", file.display())]
pub struct TransformRefused {
    /// The tenant's name.
    pub tenant: String,
    /// The transform's name.
    pub name: String,
    /// Its file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub source: FileRefused,
}

/// What is wrong with a transform's file.
#[derive(Debug, thiserror::Error)]
pub enum FileRefused {
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// It is not a program that can be run.
    #[error(transparent)]
    Load(Box<LoadError>),
}

/// Loads every declared file, and keeps nothing of it. Blocks.
///
/// # Errors
/// [`CheckError`], with all that can't be loaded.
pub fn check_transforms(config: &Config) -> Result<(), CheckError> {
    let sandbox = Sandbox::start(config.sandbox())?;
    let declared = config.declared.transforms.iter();
    let refused: Vec<_> = declared
        .filter_map(|transform| {
            let source = check(&sandbox, transform).err()?;
            Some(TransformRefused {
                tenant: transform.tenant_name.clone(),
                name: transform.name.clone(),
                file: transform.file.clone(),
                source,
            })
        })
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(CheckError::Refused(refused))
    }
}

fn check(sandbox: &Sandbox, transform: &DeclaredTransform) -> Result<(), FileRefused> {
    let bytes = transform_file::read(transform)?;
    transform_file::load(sandbox, transform, &bytes)
        .map(drop)
        .map_err(|error| FileRefused::Load(Box::new(error)))
}
