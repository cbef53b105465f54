//! ```cargo
//! [target."cfg(unix)".dependencies]
//! a = { path = "/a" }
//! ```
fn main() {}
