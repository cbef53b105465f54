//! ```cargo
//! [dependencies]
//! a = "1"
//! b = { path = "../b" }
//! ```
fn main() {}
