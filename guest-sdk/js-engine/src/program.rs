//! Programs: from source to bytecode and back.
//!
//! A program's bytes are this engine's own format, valid only for the module
//! that wrote them, and never supplied by a tenant:
//!
//! | bytes | content |
//! |---|---|
//! | 4 | length of the bytecode, little endian |
//! | ... | bytecode of one script or module |
//! | 2 | length of the file name, little endian |
//! | ... | file name |
//! | 12 each | [`crate::columns`]: line, byte column, surplus; little endian |

use crate::bindings::exports::hookmill::js_engine::engine::Diagnostic;
use crate::columns::Columns;
use crate::diagnostic::{self, plain};
use crate::entry::{self, Offered, Place};
use crate::instance::Instance;
use crate::js::{Kind, Promise, Thrown, Value};

/// Added behind a script so that its value is the handler, also where it was
/// declared with `const`, which is not a property of the global object.
const ASK_FOR_HANDLER: &str = "\n;typeof handler === 'undefined' ? undefined : handler";
const TOP_LEVEL_AWAIT: &str = "SyntaxError: `await` outside a function: transforms are synchronous";
pub(crate) const NOT_BYTECODE: &str = "the program is not this engine's bytecode";

/// A program's parts, as [`load`] finds them.
pub(crate) struct Program<'a> {
    bytecode: &'a [u8],
    pub(crate) file_name: &'a str,
    pub(crate) columns: Columns<'a>,
}

/// Why a program gives no handler.
pub(crate) enum NoHandler {
    Thrown,
    Rejected(Value),
    Because(String),
}

/// Compiles a source and returns the program.
///
/// # Errors
/// The syntax error.
pub(crate) fn compile(
    instance: &Instance,
    source: &str,
    file_name: &str,
) -> Result<Vec<u8>, Diagnostic> {
    let js = instance.enter();
    let table = Columns::table(source);
    let columns = Columns::new(&table);
    let fail = |Thrown| diagnostic::thrown(instance, file_name, &columns);
    let kind = kind_of(instance, source, file_name, &columns)?;
    let compiled = match kind {
        Kind::Module => js.compile(source, file_name, kind),
        Kind::Script => js.compile(&format!("{source}{ASK_FOR_HANDLER}"), file_name, kind),
    };
    let bytecode = js.write_bytecode(compiled.map_err(fail)?).map_err(fail)?;
    let mut bytes = Vec::with_capacity(bytecode.len() + file_name.len() + table.len() + 6);
    bytes.extend_from_slice(&(bytecode.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&bytecode);
    bytes.extend_from_slice(&(file_name.len() as u16).to_le_bytes());
    bytes.extend_from_slice(file_name.as_bytes());
    bytes.extend_from_slice(&table);
    if load(&bytes).is_none() {
        return Err(plain("the file name is too long"));
    }
    Ok(bytes)
}

/// Finds a program's parts; none when the bytes are not one.
pub(crate) fn load(bytes: &[u8]) -> Option<Program<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (bytecode, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (file_name, table) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
    Some(Program {
        bytecode,
        file_name: core::str::from_utf8(file_name).ok()?,
        columns: Columns::new(table),
    })
}

impl Program<'_> {
    /// Runs the program and gives the handler that it declares, for an event.
    pub(crate) fn handler(&self, instance: &Instance) -> Result<Value, NoHandler> {
        let offered = self.offered(instance)?;
        if instance.js.is_function(offered.value) {
            return Ok(offered.value);
        }
        Err(NoHandler::Because(entry::refusal(instance, &offered)))
    }

    /// Runs the program, and refuses whatever can never be a handler.
    pub(crate) fn checked_handler(&self, instance: &Instance) -> Result<Value, Diagnostic> {
        let describe = |value| diagnostic::describe(instance, value, self.file_name, &self.columns);
        match self.offered(instance) {
            Ok(offered) => match entry::complaint(instance, &offered) {
                None => Ok(offered.value),
                Some(message) => Err(plain(&message)),
            },
            Err(NoHandler::Thrown) => Err(describe(instance.js.take_exception())),
            Err(NoHandler::Rejected(reason)) => Err(describe(reason)),
            Err(NoHandler::Because(message)) => Err(plain(&message)),
        }
    }

    /// Runs the program and gives what stands where its handler should.
    fn offered(&self, instance: &Instance) -> Result<Offered, NoHandler> {
        let js = instance.js;
        let compiled = js.read_bytecode(self.bytecode)?;
        if js.is_module(compiled) {
            return exported(instance, compiled);
        }
        Ok(Offered {
            value: js.run_script(compiled)?,
            place: Place::Script,
        })
    }
}

impl From<Thrown> for NoHandler {
    fn from(Thrown: Thrown) -> Self {
        Self::Thrown
    }
}

/// Runs a module and gives its export `handler`, or else its default export.
fn exported(instance: &Instance, compiled: Value) -> Result<Offered, NoHandler> {
    let js = instance.js;
    let (promise, namespace) = js.run_module(compiled)?;
    match js.promise(promise) {
        Promise::Rejected(reason) => return Err(NoHandler::Rejected(reason)),
        Promise::Pending => return Err(NoHandler::Because(TOP_LEVEL_AWAIT.into())),
        Promise::Fulfilled | Promise::Not => {}
    }
    let value = js.get(namespace, instance.names.handler)?;
    if !value.is_undefined() {
        let place = Place::Export;
        return Ok(Offered { value, place });
    }
    let value = js.get(namespace, instance.names.default)?;
    let place = Place::Default { namespace };
    Ok(Offered { value, place })
}

/// A source is a script if it parses as one, else a module. If it parses as
/// neither, the parser that got further understood more of it, and its error
/// is the one to report.
fn kind_of(
    instance: &Instance,
    source: &str,
    file_name: &str,
    columns: &Columns,
) -> Result<Kind, Diagnostic> {
    let attempt = |kind| match instance.js.compile(source, file_name, kind) {
        Ok(_) => Ok(kind),
        Err(Thrown) => Err(diagnostic::thrown(instance, file_name, columns)),
    };
    let place = |error: &Diagnostic| error.position.map(|at| (at.line, at.column));
    attempt(Kind::Script).or_else(|script| {
        attempt(Kind::Module).map_err(|module| match place(&module) {
            // It parsed: what is wrong is an import.
            None => module,
            at if at > place(&script) => module,
            _ => script,
        })
    })
}
