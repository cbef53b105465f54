//! ```cargo
//! [dependencies]
//! a = { git = "https://example.org/a", rev = "1" }
//! [features]
//! x = []
//! [lints.rust]
//! unused = "allow"
//! ```
fn main() {}
