---
[dependencies]
fn main() {}
