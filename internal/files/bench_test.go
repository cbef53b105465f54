//go:build unix

package files

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What the opener costs: the difference to BenchmarkOpenPlainly is to be less than 20 µs a file.

func benchmarkOpen(b *testing.B, name string, walks bool) {
	dir := world(b)
	r, err := OpenRoot(filepath.Join(dir, "deck"), Policy{Secret: secret})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	r.walks = walks
	for b.Loop() {
		if _, err := r.Read(name, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B)     { benchmarkOpen(b, "sub/more/x.md", false) }
func BenchmarkOpenWalk(b *testing.B) { benchmarkOpen(b, "sub/more/x.md", true) }
func BenchmarkOpenLink(b *testing.B) { benchmarkOpen(b, "chain1", false) }

func BenchmarkOpenPlainly(b *testing.B) {
	path := filepath.Join(world(b), "deck/sub/more/x.md")
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(f); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenRoot(b *testing.B) {
	dir := filepath.Join(world(b), "deck")
	for b.Loop() {
		r, err := OpenRoot(dir, Policy{})
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
