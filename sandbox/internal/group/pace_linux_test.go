package group

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// A program is looked at more often the closer it is to its limit, and what the cheap numbers cannot
// see has the exact ones read.
func TestPace(t *testing.T) {
	const limit, mb = 1 << 30, 1 << 20
	begun := time.Unix(0, 0)
	var p pace
	for _, tt := range []struct {
		ms   int
		used int64
		want time.Duration
	}{
		{0, 0, interval},
		{25, 100 * mb, interval},                   // 4 GB/s: 924 MB are left for 231 ms
		{50, 900 * mb, 1_937_500},                  // 32 GB/s, for which 2 ms are the shortest
		{60, 1000 * mb, 2 * time.Millisecond},      // 24 MB are left
		{85, 1000 * mb, interval},                  // no more is taken
		{110, 500 * mb, interval},                  // less is
		{1110, 800 * mb, interval},                 // slowly
		{1120, 900 * mb, 6_200 * time.Microsecond}, // 10 GB/s: half of 124 MB
	} {
		got := p.next(begun.Add(time.Duration(tt.ms)*time.Millisecond), tt.used, limit)
		if want := max(tt.want, shortest); got != want {
			t.Errorf("after %d ms with %d MB: the next look in %v, want %v", tt.ms, tt.used/mb, got, want)
		}
	}
	p.measured(100*mb, 150*mb, 4000*mb)
	for _, tt := range []struct {
		name                   string
		sure, hint, free, want int64
	}{
		{"nothing new", 90, 150, 4000, 100},
		{"more private memory", 300, 360, 4000, 310},
		{"shared maps", 90, 1000, 4000, 950},
		{"what nobody has mapped", 90, 150, 3000, 1100},
		{"given back", 20, 50, 4500, 100},
	} {
		if got := p.guess(tt.sure*mb, tt.hint*mb, tt.free*mb); got != tt.want*mb {
			t.Errorf("%s: %d MB, want %d", tt.name, got/mb, tt.want)
		}
	}
}

func TestReserve(t *testing.T) {
	const limit, all = 1 << 30, 8 << 30
	tests := []struct {
		name        string
		first, then int64
		want        bool
	}{
		{"plenty", 6 << 30, 4 << 30, false},
		{"all gone", 6 << 30, 100 << 20, true},
		{"gone before", 200 << 20, 100 << 20, false},
		{"gone, but not by this one", 1 << 30, 200 << 20, false},
		{"unknown", 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "meminfo")
			says := func(available int64) {
				text := fmt.Sprintf("MemTotal: %d kB\nMemFree: 1 kB\nMemAvailable: %d kB\n", all>>10, available>>10)
				if available == 0 {
					text = ""
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var r reserve
			says(tt.first)
			if total, available := machineMemory(file); r.gone(total, available, limit) {
				t.Error("gone at once")
			}
			says(tt.then)
			total, available := machineMemory(file)
			got := r.gone(total, available, limit)
			if got != tt.want {
				t.Errorf("gone: %v, want %v", got, tt.want)
			}
		})
	}
}

// A sandbox that grows fast is looked at again soon, and one that has stopped growing in its time.
func TestCheckPaces(t *testing.T) {
	dir := t.TempDir()
	proc, meminfo := filepath.Join(dir, "proc"), filepath.Join(dir, "meminfo")
	write := func(path, format string, args ...any) {
		t.Helper()
		if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(proc, "7"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(meminfo, "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n")
	synctest.Test(t, func(t *testing.T) { // here no time passes by looking
		w := NewWatch(Config{Limits: Limits{Memory: 1 << 30}})
		w.meminfo, w.root = meminfo, dir
		defer w.Close()
		w.Timeout(time.Now())
		for _, tt := range []struct {
			mb   int
			want time.Duration
		}{{100, interval}, {900, shortest}, {900, interval}} {
			write(filepath.Join(proc, "7", "statm"), "0 %d 0", tt.mb<<20/os.Getpagesize())
			time.Sleep(time.Until(w.next))
			if found, looked := w.Check(); found != Nothing || !looked {
				t.Fatalf("with %d MB: %d, looked %v", tt.mb, found, looked)
			}
			if got := time.Until(w.next); got != tt.want {
				t.Errorf("with %d MB: the next look in %v, want %v", tt.mb, got, tt.want)
			}
		}
	})
}
