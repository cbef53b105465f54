package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/pty"
)

// dot returns a PNG of one colour.
func dot(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.SetNRGBA(i%w, i/w, color.NRGBA{200, 30, 30, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPictureProtocols: the flag decides how pictures are shown, then presenterm's configuration, then the
// environment.
func TestPictureProtocols(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, data := range map[string][]byte{
		"deck.md": []byte("A picture\n===\n\n![](p.png)\n"), "p.png": dot(t, 64, 64),
		"config.yaml": []byte("defaults: {image_protocol: iterm2-multipart}\n"),
	} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const kitty, iterm, sixel, blocks = "\x1b_Ga=T,U=1,", "\x1b]1337;File=inline=1;", "\x1bP0;0;8q", "▀"
	for _, tt := range []struct {
		about, flag, config, lcTerminal, want string
	}{
		{"nothing", "", "", "", blocks},
		{"flag", "kitty", "", "", kitty},
		{"configuration", "", "config.yaml", "", iterm},
		{"flag over configuration", "sixel", "config.yaml", "", sixel},
		{"auto over configuration", "auto", "config.yaml", "", blocks},
		{"iTerm2 behind ssh", "", "", "iTerm2", iterm},
		{"none", "none", "", "iTerm2", "p.png"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			terminal := pty.New(t, 80, 24)
			cmd := exec.Command("slidexec", "present", "deck.md", "--no-sandbox", "--pictures="+tt.flag)
			cmd.Path = self
			cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "TERM_PROGRAM=", "KITTY_WINDOW_ID=", "WEZTERM_PANE=",
				"TMUX=", "STY=", "NO_COLOR=", "XDG_CACHE_HOME="+t.TempDir(), "PRESENTERM_CONFIG_FILE="+tt.config, "LC_TERMINAL="+tt.lcTerminal)
			terminal.Start(cmd)
			terminal.Wait(tt.want)
			terminal.Type("q")
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}
