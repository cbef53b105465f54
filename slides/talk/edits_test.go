package talk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/edits"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/run"
)

// mirror is an Executor whose programs print all that they depend on: what they are, what they may and
// what is in the files that they name.
type mirror struct{}

func (mirror) Run(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	code, folder := "", ""
	for _, m := range c.Policy.Mounts {
		switch {
		case m.Kind == sandbox.File && strings.HasPrefix(m.Dst, "/box/"):
			code = string(m.Data)
		case m.Kind == sandbox.CopyOn:
			folder = m.Src
		}
	}
	var b bytes.Buffer
	wall := c.Policy.Limits.Wall
	if c.Terminal != nil {
		wall = 0 // somebody may type in a talk that is followed, so it has no limit there
	}
	fmt.Fprintf(&b, "%s %d %q\n%s", wall, c.Policy.Limits.Memory, c.Env, code)
	for _, name := range []string{"data.csv", "sub/data.txt", "deck.md", "parts/one.md"} {
		if data, err := os.ReadFile(filepath.Join(folder, name)); strings.Contains(code, name) {
			fmt.Fprintf(&b, "%s %q %v\n", name, data, err == nil)
		}
	}
	_, err := c.Stdout.Write(b.Bytes())
	if strings.Contains(code, "exit 3") {
		return sandbox.Result{Status: sandbox.Exited, Exit: 3}, err
	}
	return sandbox.Result{}, err
}

// followed is a talk that follows a folder.
type followed struct {
	dir    string
	in     edits.Folder
	n      int
	live   *live.Talk
	events <-chan slides.Event
	board  slides.Board
}

func options(dir string) Options {
	return Options{
		Name: filepath.Join(dir, edits.Deck),
		Run:  run.Options{NoCache: true, Executor: mirror{}, CacheDir: filepath.Join(filepath.Dir(dir), "cache")},
	}
}

func startFollowing(t *testing.T, f edits.Folder) (edits.Model, error) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	m := &followed{dir: filepath.Join(dir, "talk"), in: f}
	if err := f.Write(m.dir, nil, true); err != nil {
		return nil, err
	}
	if m.live, err = Follow(t.Context(), options(m.dir), live.All); err != nil {
		return nil, err
	}
	m.events = m.live.Events(t.Context())
	return m, m.await()
}

func (m *followed) Close() error { return m.live.Close() }

// Check writes the edits to the disk, in both ways in which files are saved.
func (m *followed) Check(_, now edits.Folder) error {
	m.n++
	if err := now.Write(m.dir, m.in, m.n%2 == 0); err != nil {
		return err
	}
	m.in = now
	return m.await()
}

// await receives events until everything is as somebody sees it who opens the talk now.
func (m *followed) await() error {
	want, err := m.fresh()
	if err != nil {
		return err
	}
	for deadline := time.After(15 * time.Second); ; {
		diff := m.differs(want)
		if diff == "" {
			return nil
		}
		select {
		case e := <-m.events:
			m.board.Apply(e)
		case <-deadline:
			return fmt.Errorf("it stays another (-fresh +followed)\n%s", diff)
		}
	}
}

func (m *followed) fresh() (*slides.Board, error) {
	t, err := Open(context.Background(), options(m.dir))
	if err != nil {
		return nil, err
	}
	var b slides.Board
	err = t.Play(context.Background(), All, func(e slides.Event) { b.Apply(e) })
	if err == nil {
		err = t.Close()
	}
	return &b, err
}

// differs says what is different from a talk that was opened just now.
func (m *followed) differs(want *slides.Board) string {
	switch {
	case m.board.Deck == nil:
		return "there is no deck"
	case m.board.Broken != nil:
		if empty(want.Deck) {
			return ""
		}
		return fmt.Sprint("broken: ", m.board.Broken.Diags)
	}
	for _, how := range []string{"json", "txt", "md", "html"} {
		if a, b := draw(how, want), draw(how, &m.board); a != b {
			return how + ": " + lineDiff(a, b)
		}
	}
	return ""
}

// empty reports whether a deck is one that replaces no good one.
func empty(d *slides.Deck) bool {
	for _, s := range d.Slides {
		for _, b := range s.Blocks {
			if _, problem := b.(*slides.Problem); !problem {
				return bytes.IndexByte(d.Files[0].Src, 0) >= 0
			}
		}
	}
	return true
}

// draw draws a board, without what is another at each run.
func draw(how string, b *slides.Board) string {
	results := slides.Results{}
	for k, r := range b.Results {
		r.Started, r.Elapsed, r.Built, r.Layers = time.Time{}, 0, 0, nil
		r.Log = slices.Clone(r.Log)
		for i := range r.Log {
			r.Log[i].At = 0
		}
		results[k] = r
	}
	v := &render.View{Deck: b.Deck, Results: results}
	backends := map[string]interface {
		Render(io.Writer, *render.View) error
	}{"json": json.Backend{}, "txt": term.Backend{Now: time.Unix(0, 0)}, "md": md.Backend{Parse: Reparse}, "html": &html.Backend{Now: time.Unix(0, 0)}}
	var out bytes.Buffer
	if err := backends[how].Render(&out, v); err != nil {
		return err.Error()
	}
	return out.String()
}

// lineDiff returns the first lines that are different.
func lineDiff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			show := func(l []string) string { return strings.Join(l[min(i, len(l)):min(i+8, len(l))], "\n ") }
			return fmt.Sprintf("line %d\n-%.2000s\n+%.2000s", i+1, show(a), show(b))
		}
	}
	return ""
}

// Whatever is done to a deck, to what it is made of, to its settings and to what its programs read, a
// talk that follows it comes to what somebody gets who opens it then. SLIDEXEC_EDITS says how many
// edits are made.
func TestFollowEdits(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, filepath.Join(home, name))
	}
	// Most of the time they wait for files to be at rest, so there are many at once.
	edits.Run(t, edits.Options{Seeds: 16, Edits: 160, Burst: 2, Tries: 20, Start: func(f edits.Folder) (edits.Model, error) {
		return startFollowing(t, f)
	}})
}
