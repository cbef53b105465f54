package tty

import (
	"context"
	"os/exec"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
)

// askTmux finds out whether tmux hands sequences to its terminal, and asks that one for pictures then.
func (t *Terminal) askTmux() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "tmux", "show-options", "-Apv", "allow-passthrough").Output()
	if word := strings.TrimSpace(string(out)); err == nil && (word == "on" || word == "all") {
		t.post(input.Passthrough{})
		t.writer.write(Wrap(pictures))
	}
}
