package vt

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// floods are kinds of output that a program may print without end, each as a piece of a megabyte.
var floods = []struct{ name, text string }{
	{"yes", "y\r\n"},
	{"text", "The quick brown fox jumps over the lazy dog, and nothing else happens today.\r\n"},
	{"colour",
		"\x1b[32mok\x1b[0m   \x1b[1mpackage/name\x1b[0m \x1b[38;5;208m0.123s\x1b[0m \x1b[38;2;90;90;90mcached\x1b[m\r\n"},
	{"unicode", "世界 déjà vu — “naïve” Привет ελληνικά e\u0301 👍 ✓ 日本語の文章\r\n"},
	{"screen",
		"\x1b[H\x1b[7mtop\x1b[27m\x1b[K\x1b[24;1H\x1b[2Kstatus\x1b[2;23r\x1b[23;1H\nline of the middle that scrolls\x1b[r"},
}

func flood(text string) []byte { return bytes.Repeat([]byte(text), 1<<20/len(text)) }

// BenchmarkFlood writes megabytes to the screen, with a snapshot for each.
func BenchmarkFlood(b *testing.B) {
	for _, f := range floods {
		b.Run(f.name, func(b *testing.B) {
			s, p := New(80, 24), flood(f.text)
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				s.Write(p)
				s.Snapshot()
			}
		})
	}
}

// BenchmarkXterm has @xterm/headless take the same, 32 MB of each.
func BenchmarkXterm(b *testing.B) {
	for _, f := range floods {
		b.Run(f.name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "flood")
			if err := os.WriteFile(file, bytes.Repeat(flood(f.text), 32), 0o666); err != nil {
				b.Fatal(err)
			}
			var rate []float64
			xterm(b, &rate, "--bench", "80x24", file)
			b.ReportMetric(rate[0], "MB/s")
		})
	}
}

// BenchmarkSnapshot changes one row between two snapshots.
func BenchmarkSnapshot(b *testing.B) {
	s := New(120, 40)
	s.Write(flood(floods[2].text))
	for b.Loop() {
		s.Write([]byte("x\r"))
		s.Snapshot()
	}
}
