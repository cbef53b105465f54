//! ```cargo
//! [patch.crates-io]
//! a = { path = "/a" }
//! ```
fn main() {}
