package yaml

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestColumns compares places on long lines with those found from the beginning of the line.
func TestColumns(t *testing.T) {
	src := strings.Repeat("\u00e9\u6f22a", 1000) + "\n" + strings.Repeat("b", 600) + "\r\nc\n"
	f := slides.NewFile("x.yaml", "", []byte(src))
	slow := Cut(f, 0, len(src))
	quick := slow
	quick.columns = columns{}
	for line := 1; line <= 3; line++ {
		for _, col := range []int{1, 2, far - 1, far, far + 1, far + 2, 2 * far, 2*far + 1, 1000, 2999, 3000, 3001, 3002, 9999} {
			if got, want := quick.pos(line, col), slow.pos(line, col); got != want {
				t.Errorf("%d:%d is at %d, want %d", line, col, got.Off, want.Off)
			}
		}
	}
}

// BenchmarkLongLine reads lists on one line, the second of twice the length of the first.
func BenchmarkLongLine(b *testing.B) {
	for _, n := range []int{10_000, 20_000} {
		b.Run(fmt.Sprintf("%d items", n), func(b *testing.B) {
			src := "[" + strings.Repeat("a,", n) + "a]"
			f := slides.NewFile("x.yaml", "", []byte(src))
			for b.Loop() {
				if _, err := Cut(f, 0, len(src)).Parse(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
