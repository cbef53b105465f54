// Package pattern makes regular expressions that cost nothing until their first use.
package pattern

import (
	"regexp"
	"sync"
)

// New returns a function that compiles a regular expression at its first call. Compiling one takes up
// to a tenth of a millisecond, and a run of slidexec needs few of them: all together would take longer
// than a small deck. The first call panics if expr does not compile.
func New(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
