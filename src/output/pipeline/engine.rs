//! Schemas, policies and limits, loaded once for many workbooks.

use std::path::Path;

use super::EngineError;
use crate::annotate;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::Schemas;

/// Schemas and policies, loaded and checked before anything is calculated by them.
#[derive(Clone, Debug)]
pub struct Engine {
    /// What a workbook should look like.
    pub schemas: Schemas,
    /// The policies that may be asked for, each in all its versions; the first one's id is the default.
    pub policies: Vec<Policy>,
    /// How much of an upload is believed.
    pub package_limits: dealerbook_package::Limits,
    /// How much is written onto the user's sheets.
    pub annotate_limits: annotate::Limits,
}

impl Engine {
    /// The engine of the embedded schemas and policies.
    ///
    /// # Errors
    ///
    /// [`EngineError`] where one of them is wrong.
    pub fn embedded() -> Result<Engine, EngineError> {
        Engine::of(Policy::shipped()?)
    }

    fn of(policies: Vec<Policy>) -> Result<Engine, EngineError> {
        Ok(Engine {
            schemas: Schemas::embedded()?,
            policies,
            package_limits: dealerbook_package::Limits::default(),
            annotate_limits: annotate::Limits::default(),
        })
    }

    /// The same with the company's own policies from a folder, which come first: the first of them is the default.
    ///
    /// # Errors
    ///
    /// [`EngineError`] where one of them is wrong, with everything that is wrong with all of them.
    pub fn with_policies(folder: Option<&Path>) -> Result<Engine, EngineError> {
        let mut engine = Engine::embedded()?;
        if let Some(folder) = folder {
            let own = Policy::in_folder(folder, &engine.policies)?;
            engine.policies.splice(0..0, own);
        }
        Ok(engine)
    }

    /// The same for one policy: the others are read only where they may be meant, for each start of a command reads them anew.
    ///
    /// # Errors
    ///
    /// As [`Engine::with_policies`].
    pub fn for_policy(folder: Option<&Path>, id: Option<&str>) -> Result<Engine, EngineError> {
        if folder.is_some() || id.is_some() {
            return Engine::with_policies(folder);
        }
        Engine::of(vec![Policy::embedded()?])
    }
}

/// Which policy a workbook is calculated by.
#[derive(Clone, Copy, Debug, Default)]
pub enum PolicyChoice<'a> {
    /// The engine's first, in the version that was in force on the period's last day.
    #[default]
    Default,
    /// The engine's of this id, likewise.
    Id(&'a str),
    /// This one, whatever the engine has: that of an earlier run, or one that is tried out.
    This(&'a Policy),
}

impl<'a> From<Option<&'a str>> for PolicyChoice<'a> {
    fn from(id: Option<&'a str>) -> Self {
        id.map_or(PolicyChoice::Default, PolicyChoice::Id)
    }
}
