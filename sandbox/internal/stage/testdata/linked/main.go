// Command linked is the smallest program with a stage in it, for tests that look at its machine code.
package main

import _ "github.com/slidexec/slidexec/sandbox/internal/stage"

func main() {}
