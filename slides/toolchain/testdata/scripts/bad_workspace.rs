//! ```cargo
//! [workspace]
//! ```
fn main() {}
