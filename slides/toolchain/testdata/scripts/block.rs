#!/usr/bin/env rust-script
/*!
 * ```CARGO
 * [dependencies]
 * rand = "0.8"
 * ```
 */
println!("hi");
