//! A program.
//!
//! ```text
//! ```
//! ```cargo
//! [dependencies]
//! anyhow = "1.0.100"
//! nix = { version = "0.30.1", features = ["sched", "user"] }
//!
//! [package]
//! edition = "2024"
//! publish = false
//! [profile.dev]
//! opt-level = 1
//! ```
fn main() -> anyhow::Result<()> { Ok(()) }
