package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/internal/testkit/tmux"
	"github.com/slidexec/slidexec/sandbox"
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

// TestTmuxPictures: what tmux passes reaches the terminal as it is, if tmux is told to pass, and is removed in the end.
// Otherwise half blocks are shown, and not a byte of it.
func TestTmuxPictures(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, passes := range []string{"on", "off"} {
		t.Run(passes, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			for name, data := range map[string][]byte{"deck.md": []byte("A picture\n===\n\n![](p.png)\n"), "p.png": dot(t, 64, 64)} {
				if err := os.WriteFile(name, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink(self, filepath.Join(dir, "slidexec")); err != nil {
				t.Fatal(err)
			}
			p := tmux.Start(t, 80, 24, "PATH="+dir+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+dir, "XDG_CONFIG_HOME="+dir, "COLORTERM=truecolor", "NO_COLOR=")
			p.Do("set-option", "-g", "allow-passthrough", passes)
			outside := pty.New(t, 80, 24)
			outside.Start(p.Attach())
			outside.Wait(tmux.Prompt)
			p.Run("slidexec present deck.md --no-sandbox --pictures kitty")
			const put, forget = "\x1b_Ga=T,U=1,f=100,", "\x1b_Ga=d,d=R,"
			if passes == "off" {
				p.Wait("▀▀▀▀▀▀▀▀")
				p.Type("q")
				p.Usable()
				if shown := outside.Shown(); strings.Contains(shown, "\x1b_G") || strings.Contains(shown, "\U0010EEEE") {
					t.Errorf("the terminal gets %q", shown)
				}
				return
			}
			shown := outside.Wait(put)
			_, after, _ := strings.Cut(outside.Until("a whole command", func(shown string) bool {
				_, after, _ := strings.Cut(shown, put)
				return strings.Contains(after, "\x1b\\")
			}), put)
			command, _, _ := strings.Cut(after, "\x1b\\")
			head, data, _ := strings.Cut(command, ";")
			file, err := base64.StdEncoding.DecodeString(data)
			if err != nil || !strings.HasSuffix(head, "c=8,r=4,q=2,m=0") {
				t.Fatalf("the command is %q, %v; shown %q", head, err, shown)
			}
			m, err := png.Decode(bytes.NewReader(file))
			if err != nil || color.NRGBAModel.Convert(m.At(30, 30)) != (color.NRGBA{200, 30, 30, 255}) {
				t.Errorf("the picture is %v, %v", m, err)
			}
			p.Wait("\U0010EEEE")
			p.Type("q")
			p.Usable()
			outside.Until("two removals", func(shown string) bool { return strings.Count(shown, forget) == 2 })
		})
	}
}

// TestVector: an SVG is drawn by a program of this machine in a sandbox, where it finds no files of ours and no network.
func TestVector(t *testing.T) {
	if report := sandbox.Probe(t.Context()); !report.OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	secret := filepath.Join(t.TempDir(), "secret.png")
	if err := os.WriteFile(secret, dot(t, 8, 8), 0o644); err != nil {
		t.Fatal(err)
	}
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="20">` +
		`<rect width="20" height="20" fill="#00f"/><image x="20" width="20" height="20" xlink:href="file://` + secret + `"/></svg>`)
	for name := range drawers {
		t.Run(name, func(t *testing.T) {
			path, err := exec.LookPath(name)
			if err != nil {
				need.Here(t, name, err.Error())
			}
			t.Setenv("PATH", only(t, path))
			draw := (&app{}).vector(t.Context())
			out, err := draw(svg, 400, 300)
			if err != nil {
				t.Fatal(err)
			}
			m, err := png.Decode(bytes.NewReader(out))
			if err != nil || m.Bounds().Dx() != 400 || m.Bounds().Dy() != 200 {
				t.Fatalf("drawn: %v, %v", m, err)
			}
			if got := color.NRGBAModel.Convert(m.At(100, 100)); got != (color.NRGBA{0, 0, 255, 255}) {
				t.Errorf("the left half is %v", got)
			}
			if got := color.NRGBAModel.Convert(m.At(300, 100)); got == (color.NRGBA{200, 30, 30, 255}) {
				t.Error("the picture shows a file of the user")
			}
			if _, err := draw([]byte("<svg <"), 400, 300); err == nil && name != "inkscape" || err != nil && strings.Contains(err.Error(), "\n") {
				// inkscape draws an empty page
				t.Errorf("broken: %v", err)
			}
		})
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := (&app{}).vector(t.Context())(svg, 400, 300); err == nil || !strings.HasPrefix(err.Error(), "nothing here draws SVG; to get it: ") {
		t.Errorf("without a program: %v", err)
	}
}

// only returns a folder with nothing but a link to a program.
func only(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, filepath.Base(program))); err != nil {
		t.Fatal(err)
	}
	return dir
}
