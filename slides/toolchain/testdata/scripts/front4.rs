----
package.edition = "2021"
----
println!("hi");
