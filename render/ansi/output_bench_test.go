package ansi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// BenchmarkOutput reads outputs that ask for much, the second of each kind of twice the length of the
// first.
func BenchmarkOutput(b *testing.B) {
	for _, tt := range []struct{ name, unit string }{
		{"lines", strings.Repeat("x", 99) + "\n"},
		{"colours", "\x1b[31ma\x1b[32mb"},
		{"rewriting", "abc\b\b\b"},
		{"returns", "some progress\r"},
		{"tabs", strings.Repeat("\t", 500) + "x\n"},
		{"cursor", "\x1b[500Gx\x1b[5A\n"},
	} {
		for _, n := range []int{100_000, 200_000} {
			b.Run(fmt.Sprintf("%s/%d bytes", tt.name, n), func(b *testing.B) {
				log := []slides.Chunk{{Data: []byte(strings.Repeat(tt.unit, n/len(tt.unit)))}}
				b.ReportAllocs()
				for b.Loop() {
					Output(log)
				}
			})
		}
	}
}

// TestLinesKeepTheirText makes sure that a row that is used again leaves the lines made of it alone.
func TestLinesKeepTheirText(t *testing.T) {
	var in strings.Builder
	for i := range 3 * reach {
		fmt.Fprintf(&in, "%s %d\n", strings.Repeat("x", 3*reach-i), i)
	}
	for i, l := range Output([]slides.Chunk{{Data: []byte(in.String())}}) {
		if got, want := l.Text(), fmt.Sprintf("%s %d", strings.Repeat("x", 3*reach-i), i); got != want {
			t.Fatalf("line %d is %q, want %q", i, got, want)
		}
	}
}
