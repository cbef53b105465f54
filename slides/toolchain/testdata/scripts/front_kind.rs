---toml
---
fn main() {}
