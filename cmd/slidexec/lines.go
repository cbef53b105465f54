package main

import (
	"strings"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// lastLines returns the last n lines of program output as plain text.
func lastLines(output string, n int) []string {
	lines := ansi.Output([]slides.Chunk{{Data: []byte(output)}})
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1].Text()) == "" {
		lines = lines[:len(lines)-1]
	}
	var out []string
	for _, l := range lines[max(0, len(lines)-n):] {
		out = append(out, l.Text())
	}
	return out
}
