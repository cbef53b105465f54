package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestBrowserNeed: doctor names the browser that prints by its path and version, whatever it says besides, and says
// what to install where there is none.
func TestBrowserNeed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems keep browsers elsewhere, too")
	}
	dir := t.TempDir()
	chrome := filepath.Join(dir, "google-chrome")
	for _, tt := range []struct{ program, want string }{
		{"echo '9: [: odd' >&2; echo Chrome 156.0.1 stable; echo more", "  ✓ browser          google-chrome 156.0.1\n                     " + chrome},
		{"exit 1", "  ✓ browser          google-chrome \n                     " + chrome},
		{"", "  ✗ browser          no Chromium or Google Chrome in PATH; render draws PDF files without one, but no pictures\n" +
			"                     to fix it: "},
	} {
		if err := os.RemoveAll(chrome); err != nil {
			t.Fatal(err)
		}
		if tt.program != "" {
			if err := os.WriteFile(chrome, []byte("#!/bin/sh\n"+tt.program+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", dir)
		var out bytes.Buffer
		a := &app{out: &out, ui: &ui{w: io.Discard}}
		if err := a.printDoctor(doctorDoc{Printing: []doctorLanguage{browserNeed(t.Context())}}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.Contains(got, "printing: pdf, png and gif\n"+tt.want) {
			t.Errorf("%q: %q; want %q", tt.program, got, tt.want)
		}
	}
}
