#!/usr/bin/env -S cargo +nightly -Zscript
---cargo
[dependencies]
rand = "0.8"
[dev-dependencies]
x = { path = "/x" }
---

fn main() {}
