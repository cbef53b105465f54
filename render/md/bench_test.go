package md

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// BenchmarkFill fills the output of a program into each slide of a deck.
func BenchmarkFill(b *testing.B) {
	for _, n := range []int{30, 1000} {
		b.Run(fmt.Sprintf("%d slides", n), func(b *testing.B) {
			var src strings.Builder
			results := make([]slides.Result, n)
			for i := range n {
				fmt.Fprintf(&src, "Slide %d\n===\n\n```bash +exec\necho %d\n```\n\n@out@\n\n<!-- end_slide -->\n\n", i, i)
				results[i] = done(fmt.Sprintf("%d\n", i))
			}
			v := view(b, src.String(), results...)
			b.ReportAllocs()
			for b.Loop() {
				if err := (Backend{}).Render(io.Discard, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
