// Package paper prints a talk with a browser of this machine: PDF files, pictures of slides, and moving
// pictures of a slide's steps. It prints the page of package html, so paper shows what the audience saw.
//
// The browser is Chromium or one of its relatives. It gets a profile of its own, which is removed with
// it, and no network: the page needs none, and the policy of the page forbids it as well. slidexec speaks
// to the browser over two pipes that nobody else has.
package paper

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
)

// Size of a slide on paper and on a picture, in the pixels of style sheets.
const (
	Width  = 1280
	Height = 720
)

// patience is how long the browser may take for one file, and startTime how long to start.
const (
	startTime = 30 * time.Second
	patience  = 3 * time.Minute
)

// names are those of the browsers that can print, in the order of search.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	"chrome-headless-shell", "microsoft-edge", "brave-browser"}

// places are the browsers that systems keep outside of PATH.
var places = map[string][]string{"darwin": {
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
	"/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
}}

// ErrNoBrowser says that this machine has no browser that can print.
var ErrNoBrowser = errors.New("no browser to print with: install Chromium or Google Chrome, so that one of its commands " +
	"(chromium, google-chrome, chrome) is in PATH")

// Browser returns the path of a browser that can print, or ErrNoBrowser.
func Browser() (string, error) {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil && filepath.IsAbs(p) { // a relative one could be the deck's
			return p, nil
		}
	}
	for _, p := range places[runtime.GOOS] {
		if p, err := exec.LookPath(p); err == nil {
			return p, nil
		}
	}
	return "", ErrNoBrowser
}

// Version returns what a browser says about its version, "" if it says nothing.
func Version(ctx context.Context, browser string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--version")
	cmd.Env, cmd.Dir, cmd.WaitDelay = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"}, "/", time.Second
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

// Press prints. It starts the browser when it is needed first and keeps it, so that later prints are
// fast. Close ends it. A Press is for one goroutine.
type Press struct {
	ctx     context.Context
	say     func(format string, args ...any)
	browser *browser
	said    bool
}

// NewPress returns a press that works until ctx ends. It calls say once, with the browser it prints with.
func NewPress(ctx context.Context, say func(format string, args ...any)) *Press {
	return &Press{ctx: ctx, say: say}
}

// Close ends the browser and removes its files.
func (p *Press) Close() {
	if p.browser != nil {
		p.browser.close()
		p.browser = nil
	}
}

// start starts the browser, unless it runs.
func (p *Press) start() error {
	if p.browser != nil {
		return nil
	}
	path, err := Browser()
	if err != nil {
		return err
	}
	b, err := launch(p.ctx, path)
	if err != nil {
		return fmt.Errorf("%s cannot print: %w", path, err)
	}
	p.browser = b
	if !p.said {
		p.said = true
		p.say("printing with %s%s", path, b.bare)
	}
	return nil
}

//go:embed paper.js
var script string

// page draws a view, opens it in the browser and calls work with the open page.
func (p *Press) page(v *render.View, notes, dark bool, scale float64, work func(*tab) error) (err error) {
	if err := p.start(); err != nil {
		return err
	}
	defer func() {
		if err != nil { // the next print gets a new browser
			if p.ctx.Err() != nil {
				err = p.ctx.Err()
			}
			err = fmt.Errorf("print with %s: %w", p.browser.path, err)
			p.Close()
		}
	}()
	b := p.browser
	b.until(time.Now().Add(patience))
	name := filepath.Join(b.dir, "deck.html")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = (&html.Backend{Notes: notes}).Render(f, v)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	t, err := b.open((&url.URL{Scheme: "file", Path: filepath.ToSlash(name)}).String(), dark, scale)
	if err != nil {
		return err
	}
	defer t.close()
	return work(t)
}

// options makes the argument of a function of paper.js.
func options(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // of numbers and truth values
	}
	return string(data)
}
