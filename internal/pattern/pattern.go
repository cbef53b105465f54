// Package pattern makes regular expressions that cost nothing until they are used.
package pattern

import (
	"regexp"
	"sync"
)

// New returns a regular expression that is compiled when it is first asked for. Compiling takes up
// to a tenth of a millisecond, and one run of the program needs few of all that there are: together
// they would take longer than a small deck. One that does not compile panics then.
func New(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
