//! The names that a module uses and does not declare: a check of the bundler's
//! work, because a name that it lost would only be missed when it is met.

use std::collections::BTreeSet;
use swc_common::{GLOBALS, Globals, Mark};
use swc_ecma_ast::{ExportNamedSpecifier, Ident, Module};
use swc_ecma_transforms_base::resolver;
use swc_ecma_visit::{Visit, VisitMutWith as _, VisitWith as _};

/// The free names of a module.
pub(super) fn names(module: &Module) -> BTreeSet<String> {
    let mut module = module.clone();
    GLOBALS.set(&Globals::new(), || {
        let (unresolved, top) = (Mark::new(), Mark::new());
        module.visit_mut_with(&mut resolver(unresolved, top, false));
        let mut free = Free {
            unresolved,
            names: BTreeSet::new(),
        };
        module.visit_with(&mut free);
        free.names
    })
}

struct Free {
    unresolved: Mark,
    names: BTreeSet<String>,
}

impl Visit for Free {
    /// The name under which something is exported is not a use of that name.
    fn visit_export_named_specifier(&mut self, specifier: &ExportNamedSpecifier) {
        specifier.orig.visit_with(self);
    }

    fn visit_ident(&mut self, ident: &Ident) {
        if ident.ctxt.outer() == self.unresolved {
            self.names.insert(ident.sym.to_string());
        }
    }
}
