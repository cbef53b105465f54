package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// generated returns a deck of n slides with a title, text, a list, columns and a program each.
func generated(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Slide %d\n===\n\nSome *text* with `code` on slide %d.\n\n* one\n* two\n\n"+
			"<!-- column_layout: [1, 2] -->\n<!-- column: 0 -->\n"+
			"```bash +exec +id:s%d\necho %d\n```\n<!-- column: 1 -->\n<!-- snippet_output: s%d -->\n"+
			"<!-- end_slide -->\n\n", i, i, i, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("%d slides", n), func(b *testing.B) {
			src := generated(n)
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse("deck.md", src, testConfig()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReparse parses a deck again after an edit in its middle.
func BenchmarkReparse(b *testing.B) {
	for _, n := range []int{30, 1000, 10_000} {
		b.Run(fmt.Sprintf("%d slides", n), func(b *testing.B) {
			one := generated(n)
			two := bytes.Replace(one, fmt.Appendf(nil, "echo %d\n", n/2), []byte("echo edited\n"), 1)
			p := &Parser{Config: testConfig()}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := p.Parse("deck.md", [][]byte{one, two}[i%2]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
