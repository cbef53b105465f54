
// Cargo-Deps: time="0.1.25", rand , serde = { version = "1", features = ["derive"] }
fn main() {}
