package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render/ansi"
)

// BenchmarkWrap breaks long lines, the second of each kind of twice the length of the first.
func BenchmarkWrap(b *testing.B) {
	for _, unit := range []string{"x", "word ", "\u6f22", "e\u0301", "                "} {
		for _, n := range []int{100_000, 200_000} {
			b.Run(fmt.Sprintf("%q/%d bytes", unit, n), func(b *testing.B) {
				line := ansi.Plain(strings.Repeat(unit, n/len(unit)))
				b.ReportAllocs()
				for b.Loop() {
					Wrap(line, 80)
					WrapCode(line, 80, ansi.Run{Text: "> "})
				}
			})
		}
	}
}
