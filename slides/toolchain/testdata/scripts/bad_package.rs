//! ```cargo
//! package = 3
//! ```
fn main() {}
