// a comment
//! ```cargo
//! [dependencies]
//! a = "1"
//! ```
fn main() {}
