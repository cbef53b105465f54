//! ```cargo
//! [dependencies]
//! b = { git = "file:///root/b" }
//! ```
fn main() {}
