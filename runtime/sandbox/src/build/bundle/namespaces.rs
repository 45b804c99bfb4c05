//! `import * as name`, written so that the bundler does not lose it.
//!
//! It follows `name.member` to the member itself, and mistakes some other uses
//! for such. A namespace that is used in another way than by its members gets
//! a variable of its own, whose value the bundler keeps.

use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast::{
    BindingIdent, Decl, Expr, Ident, ImportDecl, ImportSpecifier, MemberExpr, MemberProp, Module,
    ModuleDecl, ModuleItem, Pat, Stmt, VarDecl, VarDeclKind, VarDeclarator,
};
use swc_ecma_visit::{Visit, VisitWith as _};

/// Rewrites the namespace imports of a module.
pub(super) fn rewrite(module: &mut Module) {
    let mut body = Vec::with_capacity(module.body.len());
    let mut variables = Vec::new();
    for item in std::mem::take(&mut module.body) {
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => body.push((true, import.into())),
            item => body.push((false, item)),
        }
    }
    let rest: Vec<&ModuleItem> = body.iter().map(|(_, item)| item).collect();
    let used: Vec<Ident> = rest
        .iter()
        .filter_map(|item| namespace_of(item))
        .filter(|name| rest.iter().any(|item| is_value_in(name, item)))
        .collect();
    let mut imports = Vec::new();
    let mut others = Vec::new();
    for (is_import, item) in body {
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if is_import => {
                split(import, &used, &mut imports, &mut variables);
            }
            item => others.push(item),
        }
    }
    // Imports are done first wherever they stand.
    imports.append(&mut variables);
    imports.append(&mut others);
    module.body = imports;
}

fn namespace_of(item: &ModuleItem) -> Option<Ident> {
    let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else {
        return None;
    };
    import.specifiers.iter().find_map(|it| match it {
        ImportSpecifier::Namespace(namespace) => Some(namespace.local.clone()),
        _ => None,
    })
}

/// A default import and a namespace are two imports.
fn split(
    mut import: ImportDecl,
    used: &[Ident],
    imports: &mut Vec<ModuleItem>,
    variables: &mut Vec<ModuleItem>,
) {
    let is_namespace = |it: &ImportSpecifier| matches!(it, ImportSpecifier::Namespace(_));
    let at = import.specifiers.iter().position(is_namespace);
    let Some(at) = at else {
        imports.push(import.into());
        return;
    };
    let mut namespace = import.clone();
    namespace.specifiers = vec![import.specifiers.remove(at)];
    if !import.specifiers.is_empty() {
        imports.push(import.into());
    }
    for specifier in &mut namespace.specifiers {
        let ImportSpecifier::Namespace(star) = specifier else {
            continue;
        };
        if used.iter().any(|name| name.sym == star.local.sym) {
            let name = star.local.clone();
            star.local.sym = format!("{}$namespace", name.sym).into();
            variables.push(variable(name, star.local.clone()));
        }
    }
    imports.push(namespace.into());
}

/// `const name = value;`
fn variable(name: Ident, value: Ident) -> ModuleItem {
    let declarator = VarDeclarator {
        span: DUMMY_SP,
        name: Pat::Ident(BindingIdent {
            id: name,
            type_ann: None,
        }),
        init: Some(Box::new(Expr::Ident(value))),
        definite: false,
    };
    let declaration = VarDecl {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        kind: VarDeclKind::Const,
        declare: false,
        decls: vec![declarator],
    };
    ModuleItem::Stmt(Stmt::Decl(Decl::Var(Box::new(declaration))))
}

/// Whether a name stands for more than the object of `name.member`. Another
/// variable of the same name counts, too, which does no harm.
fn is_value_in(name: &Ident, item: &ModuleItem) -> bool {
    if matches!(item, ModuleItem::ModuleDecl(ModuleDecl::Import(_))) {
        return false;
    }
    let mut uses = Uses { name, found: false };
    item.visit_with(&mut uses);
    uses.found
}

struct Uses<'n> {
    name: &'n Ident,
    found: bool,
}

impl Visit for Uses<'_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let is_own = matches!(&*member.obj, Expr::Ident(object) if object.sym == self.name.sym);
        if is_own && matches!(member.prop, MemberProp::Ident(_)) {
            return;
        }
        member.visit_children_with(self);
    }

    fn visit_ident(&mut self, ident: &Ident) {
        self.found |= ident.sym == self.name.sym;
    }
}
