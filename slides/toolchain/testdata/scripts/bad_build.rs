//! ```cargo
//! [package]
//! build = "build.rs"
//! ```
fn main() {}
