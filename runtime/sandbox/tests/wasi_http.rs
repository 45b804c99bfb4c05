//! `wasi:http` may be imported, as toolchains do whether it is used or not;
//! calling it ends the run with a fault that says so.

mod common;

use common::{component_of, fixture, invocation};
use hookmill_domain::fault::FaultCode;

/// Resources that are shared between interfaces, and with `wasi:io`, as the
/// real package shares them.
const WIT: &str = "
package test:guest;
world w {
  include hookmill:transform/transform@1.0.0;
  import wasi:io/poll@0.2.0;
  import wasi:io/streams@0.2.0;
  import wasi:http/types@0.2.10;
  import wasi:http/outgoing-handler@0.2.10;
}
package wasi:io@0.2.0 {
  interface error { resource error; }
  interface poll { resource pollable { block: func(); } }
  interface streams {
    use error.{error};
    resource input-stream;
    resource output-stream;
  }
}
package wasi:http@0.2.10 {
  interface types {
    use wasi:io/error@0.2.0.{error as io-error};
    use wasi:io/poll@0.2.0.{pollable};
    use wasi:io/streams@0.2.0.{input-stream, output-stream};
    resource fields { constructor(); }
    type headers = fields;
    resource outgoing-request { constructor(headers: headers); }
    resource future-incoming-response { subscribe: func() -> pollable; }
    http-error-code: func(err: borrow<io-error>) -> option<u8>;
  }
  interface outgoing-handler {
    use types.{outgoing-request, future-incoming-response};
    handle: func(request: outgoing-request) -> result<future-incoming-response, u8>;
  }
}";

const IMPORTS: &str = r#"(module
  (import "wasi:http/types@0.2.10" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/outgoing-handler@0.2.10" "handle" (func $handle (param i32 i32)))
"#;

fn guest(body: &str) -> Vec<u8> {
    let core = common::guest(body).replacen("(module\n", IMPORTS, 1);
    component_of(&core, WIT)
}

#[test]
fn a_component_that_imports_it_and_does_not_call_it_runs() {
    let fixture = fixture();
    let program = fixture.component(&guest("(call $echo (local.get $in))"));
    let webhook = fixture.run(&program).outcome.expect("a webhook");
    assert_eq!(webhook.request().body(), &invocation().payload);
}

#[test]
fn a_call_is_a_trap_that_names_the_function() {
    let fixture = fixture();
    let program = fixture.component(&guest("(drop (call $fields)) (i32.const 0)"));
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::Trap);
    let expected = "the transform called `wasi:http/types@0.2.10#[constructor]fields`, but transforms have no network";
    assert!(fault.message.contains(expected), "{}", fault.message);
}
