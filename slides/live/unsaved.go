package live

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
)

// unsaved holds edits of programs that exist in this talk alone: a speaker changed a program on the
// stage. Whoever reads a file of the talk gets it with these edits, so everything else treats them as if
// the author had saved them. The files on disk stay as they are until somebody asks to save an edit.
//
// An edit replaces one block, and says which by its text. So it stays when the author edits the file
// elsewhere, and it is lost when the author edits this block; the deck then has a warning.
type unsaved struct {
	mu   sync.Mutex
	last int // the number given last
	list []change
	lost []change // since somebody asked
	due  []change // whose programs run when the deck has been read
}

// change is one edit.
type change struct {
	id       int
	name     string // of the program, for messages
	path     string
	old, new string // the whole block
	nth, of  int    // it is the nth of so many equal blocks in its file, counted from 0
}

// apply returns the content of a file with its edits. An edit that does not fit is lost.
func (u *unsaved) apply(path string, data []byte) []byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = slices.DeleteFunc(u.list, func(c change) bool {
		if c.path != path {
			return false
		}
		out, ok := c.apply(data)
		if ok {
			data = out
		} else if !bytes.Contains(data, []byte(c.new)) { // else somebody has saved it
			u.lost = append(u.lost, c)
		}
		return !ok
	})
	return data
}

// apply replaces the block in the content of its file. It reports whether the block is there.
func (c *change) apply(data []byte) ([]byte, bool) {
	if bytes.Count(data, []byte(c.old)) != c.of {
		return nil, false
	}
	at := 0
	for range c.nth {
		at += bytes.Index(data[at:], []byte(c.old)) + len(c.old)
	}
	at += bytes.Index(data[at:], []byte(c.old))
	return slices.Concat(data[:at], []byte(c.new), data[at+len(c.old):]), true
}

// mourn returns a warning for each edit that was lost since the last call.
func (u *unsaved) mourn(d *slides.Deck) slides.Diags {
	u.mu.Lock()
	defer u.mu.Unlock()
	var out slides.Diags
	for _, c := range u.lost {
		out = append(out, slides.Diag{Pos: slides.Pos{File: d.Files[0]}, Severity: slides.Warning,
			Msg:  fmt.Sprintf("the edit of %s on the stage does not fit any more: the program has changed in its file", c.name),
			Hint: "edit it once more"})
	}
	u.lost = nil
	return out
}

// of returns the number of the edit of a program, 0 if there is none.
func (u *unsaved) of(s *slides.Snippet) int {
	if c := u.find(func(c *change) bool { return c.path == pathOf(s) && c.new == s.At.Text() }); c != nil {
		return c.id
	}
	return 0
}

// find returns a copy of the first edit for which is holds, nil if there is none.
func (u *unsaved) find(is func(*change) bool) *change {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, c := range u.list {
		if is(&c) {
			return &c
		}
	}
	return nil
}

// set adds an edit, or replaces the one with its number. One that changes nothing is removed.
func (u *unsaved) set(c change) (id int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	i := slices.IndexFunc(u.list, func(o change) bool { return o.id == c.id })
	switch {
	case i >= 0 && c.old == c.new:
		u.list = slices.Delete(u.list, i, i+1)
	case i >= 0:
		u.list[i] = c
	case c.old != c.new:
		u.last++
		c.id = u.last
		u.list = append(u.list, c)
	}
	return c.id
}

func pathOf(s *slides.Snippet) string {
	if s.At.File == nil {
		return ""
	}
	return filepath.Clean(s.At.File.Path)
}

// body returns where the lines of a program begin and end in its block. An error says why the program
// cannot be edited on the stage.
func body(s *slides.Snippet) (from, to int, err error) {
	text := s.At.Text()
	if s.External != nil {
		return 0, 0, fmt.Errorf("%s stands in a file of its own, %s: edit that file", s.Name(), s.External.Name)
	}
	from = strings.IndexByte(text, '\n') + 1
	to = strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n') + 1
	if from == 0 || to < from || s.Info.File == nil || fence(text) == "" || s.At.File.Src[max(s.At.Off-1, 0)] != '\n' && s.At.Off > 0 {
		return 0, 0, fmt.Errorf("%s stands in a list or a quotation, or its block has no end: edit it in the deck's file", s.Name())
	}
	if last := strings.TrimSpace(text[to:]); !strings.HasPrefix(last, fence(text)) {
		return 0, 0, fmt.Errorf("the block of %s has no end: edit it in the deck's file", s.Name())
	}
	return from, to, nil
}

// fence returns the fence with which a block begins.
func fence(text string) string {
	for _, mark := range []string{"`", "~"} {
		if n := len(text) - len(strings.TrimLeft(text, mark)); n >= 3 {
			return text[:n]
		}
	}
	return ""
}

// closes reports whether a line of a program would end its block.
func closes(fence, code string) bool {
	for line := range strings.Lines(code) {
		line = strings.TrimRight(strings.TrimLeft(line, " "), " \t\r\n")
		if len(line) >= len(fence) && strings.Trim(line, fence[:1]) == "" {
			return true
		}
	}
	return false
}

var (
	errNoProgram = errors.New("the deck does not have this program any more")
	errNoEdit    = errors.New("this edit is gone: the program has changed in its file")
)

// maxProgram is the largest program that Edit takes, in bytes.
const maxProgram = 64 << 10

// Source returns the lines of a program as they stand in its block, and the number of their edit, 0 if
// they were not edited. An error says why the program cannot be edited.
func (t *Talk) Source(key slides.Key) (code string, edit int, err error) {
	err = errNoProgram
	t.do(func(w *owner) {
		if s := w.program(key); s != nil {
			var from, to int
			if from, to, err = body(s); err == nil {
				code, edit = strings.ReplaceAll(s.At.Text()[from:to], "\r\n", "\n"), w.unsaved.of(s)
			}
		}
	})
	return code, edit, err
}

// Edit replaces the lines of a program in this talk, not in its file. The program is the one of an
// earlier edit, or if that is 0, the one of the key. With run, it runs as soon as the deck was read. Edit
// returns the number of the edit, 0 if the program is now as in its file.
func (t *Talk) Edit(key slides.Key, edit int, code string, run bool) (int, error) {
	if len(code) > maxProgram {
		return edit, fmt.Errorf("the program is too long: an edit on the stage has at most %d KiB", maxProgram>>10)
	}
	if code != "" && !strings.HasSuffix(code, "\n") {
		code += "\n"
	}
	err := errNoProgram
	t.do(func(w *owner) { edit, err = w.edit(key, edit, code, run) })
	return edit, err
}

func (w *owner) edit(key slides.Key, edit int, code string, run bool) (int, error) {
	var s *slides.Snippet
	if edit == 0 {
		if s = w.program(key); s != nil {
			edit = w.unsaved.of(s)
		}
	}
	c := w.unsaved.find(func(c *change) bool { return c.id == edit })
	switch {
	case edit != 0 && c == nil:
		return edit, errNoEdit
	case edit == 0 && s == nil:
		return 0, errNoProgram
	case edit == 0:
		if _, _, err := body(s); err != nil {
			return 0, err
		}
		text, src := s.At.Text(), s.At.File.Src
		c = &change{name: s.Name(), path: pathOf(s), old: text, new: text,
			nth: bytes.Count(src[:s.At.Off], []byte(text)), of: bytes.Count(src, []byte(text))}
	}
	mark := fence(c.old)
	if closes(mark, code) {
		return edit, fmt.Errorf("a line of %s in the program would end its block: give the block in the file a longer fence", mark)
	}
	from := strings.IndexByte(c.old, '\n') + 1
	to := strings.LastIndexByte(strings.TrimSuffix(c.old, "\n"), '\n') + 1
	if strings.Contains(c.old[:from], "\r\n") {
		code = strings.ReplaceAll(code, "\n", "\r\n")
	}
	was := c.new
	c.new = c.old[:from] + code + c.old[to:]
	if edit = w.unsaved.set(*c); c.new == c.old {
		edit = 0
	}
	if c.new != was {
		w.again()
	}
	if run {
		w.unsaved.rush(*c)
		if c.new == was {
			w.runEdited()
		}
	}
	return edit, nil
}

// rush has a program run when the deck has been read.
func (u *unsaved) rush(c change) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.due = append(slices.DeleteFunc(u.due, func(o change) bool { return o.id == c.id }), c)
}

// runEdited runs the edited programs for which somebody waits. Those that the deck does not have yet
// wait on: it may have been read before they were edited.
func (w *owner) runEdited() {
	var todo []*slides.Snippet
	u := w.unsaved
	u.mu.Lock()
	for _, s := range w.programs() {
		is := func(c change) bool { return c.path == pathOf(s) && c.new == s.At.Text() }
		if slices.ContainsFunc(u.due, is) {
			todo = append(todo, s)
			u.due = slices.DeleteFunc(u.due, is)
		}
	}
	u.mu.Unlock()
	if len(todo) > 0 {
		w.run(todo, true, nil)
	}
}

// program returns the program with a key, nil if there is none.
func (w *owner) program(key slides.Key) *slides.Snippet {
	for _, s := range w.programs() {
		if s.Key == key {
			return s
		}
	}
	return nil
}

// Undo gives a program back the lines of its file.
func (t *Talk) Undo(edit int) error {
	err := errNoEdit
	t.do(func(w *owner) {
		if c := w.unsaved.find(func(c *change) bool { return c.id == edit }); c != nil {
			c.new = c.old
			w.unsaved.set(*c)
			w.again()
			err = nil
		}
	})
	return err
}

// Save writes an edit into its file, and nothing else: other edits stay unsaved. The file is the one on
// disk, with what its author has changed meanwhile.
func (t *Talk) Save(edit int) error {
	var u *unsaved
	t.do(func(w *owner) { u = w.unsaved })
	if u == nil {
		return errNoEdit // the talk is over
	}
	c := u.find(func(c *change) bool { return c.id == edit })
	if c == nil {
		return errNoEdit
	}
	data, err := files.ReadPlain(c.path, int64(budget.Deck.Limit))
	if err != nil {
		return err
	}
	text, ok := c.apply(data)
	if !ok {
		return errNoEdit
	}
	if err := (files.Target{Name: c.path, Brought: []string{filepath.Dir(c.path)}}).Write(text); err != nil {
		return err
	}
	c.old = c.new
	u.set(*c)
	t.again()
	return nil
}

// Edits returns the numbers of the edits of programs that are not saved.
func (t *Talk) Edits() map[slides.Key]int {
	out := map[slides.Key]int{}
	if t.unsaved.find(func(*change) bool { return true }) == nil {
		return out // as after most saves: the owner need not be asked
	}
	t.do(func(w *owner) {
		for _, s := range w.programs() {
			if id := w.unsaved.of(s); id != 0 {
				out[s.Key] = id
			}
		}
	})
	return out
}

// do lets the owner do something, and waits. If the talk has ended, nothing happens.
func (t *Talk) do(f func(*owner)) {
	done := make(chan struct{})
	t.ask(ask{do: func(w *owner) { defer close(done); f(w) }})
	select {
	case <-done:
	case <-t.done:
	}
}
