package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestReserve(t *testing.T) {
	const limit, total = 1 << 30, 8 << 30
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
				text := fmt.Sprintf("MemTotal: %d kB\nMemFree: 1 kB\nMemAvailable: %d kB\n", total>>10, available>>10)
				if available == 0 {
					text = ""
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var r reserve
			says(tt.first)
			if r.gone(file, limit) {
				t.Error("gone at once")
			}
			says(tt.then)
			got := false
			for range 4 { // not every look reads it
				got = r.gone(file, limit) || got
			}
			if got != tt.want {
				t.Errorf("gone: %v, want %v", got, tt.want)
			}
		})
	}
}
