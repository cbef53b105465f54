package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// choice says which programs of a deck to run. The zero choice is all of them.
type choice struct {
	ids  []string
	line int    // of the deck's own file, in a block; 0: none
	name string // of the deck, for messages
	file string // its name in the deck's places
}

// numbered matches a name with a number behind a colon. Editors and grep call a place FILE:LINE,
// FILE:LINE:COLUMN or FILE:LINE:.
var numbered = pattern.New(`^(.+):([0-9]+):?$`)

// chosen splits the first argument of run into the deck and a line in it. A file whose name ends like a
// line number is a deck.
func chosen(arg string, ids []string) (deck string, c choice, err error) {
	c = choice{ids: ids, name: arg}
	number := ""
	for n := 0; n < 2; n++ { // a line, or a line and a column
		m := numbered().FindStringSubmatch(c.name)
		if _, err := os.Stat(c.name); err == nil || m == nil {
			break
		}
		c.name, number = m[1], m[2]
	}
	if number == "" {
		return arg, c, nil
	}
	if c.line, err = strconv.Atoi(number); err != nil || c.line < 1 {
		return "", c, usageError{fmt.Errorf("%s: lines count from 1", text.Name(arg))}
	}
	c.file = c.name
	if at, err := permit.FindDeck(c.name); err == nil { // opening the deck reports the error
		c.file = at.Name
	}
	return c.name, c, nil
}

// has reports whether a snippet is chosen.
func (c choice) has(s *slides.Snippet) bool {
	return len(c.ids) == 0 && c.line == 0 || s.ID != "" && slices.Contains(c.ids, s.ID) || c.at(s)
}

// at reports whether the chosen line is in a snippet's block, its fences included. Lines of included files
// are not lines of the deck.
func (c choice) at(s *slides.Snippet) bool {
	if c.line == 0 || s.At.File == nil || s.At.File.Name != c.file {
		return false
	}
	first, last := lines(s)
	return first <= c.line && c.line <= last
}

// lines returns the first and the last line of a snippet's block.
func lines(s *slides.Snippet) (first, last int) {
	end := slides.Pos{File: s.At.File, Off: max(s.At.Off, s.At.End-1)}
	return s.At.Line(), end.Line()
}

// pick returns the chosen executable snippets in document order. The error says what the deck lacks.
func (c choice) pick(deck *slides.Deck) ([]*slides.Snippet, error) {
	var out []*slides.Snippet
	var known []string
	wanted, found := map[string]bool{}, false
	for _, id := range c.ids {
		wanted[id] = true
	}
	for _, s := range deck.Executable() {
		if s.ID != "" {
			known = append(known, s.ID)
		}
		if c.has(s) {
			out = append(out, s)
			delete(wanted, s.ID)
			found = found || c.at(s)
		}
	}
	for _, id := range c.ids {
		if !wanted[id] {
			continue
		}
		if len(known) == 0 {
			return nil, fmt.Errorf("there is no snippet %q: no executable snippet of this deck has an id", id)
		}
		return nil, fmt.Errorf("there is no snippet %q; %s", id, text.Suggest(id, "snippets here: ", known))
	}
	if c.line > 0 && !found {
		return nil, c.nothing(deck)
	}
	return out, nil
}

// nothing says that no program is at the line, and names the nearest ones.
func (c choice) nothing(deck *slides.Deck) error {
	place := fmt.Sprintf("%s:%d", text.Name(c.name), c.line)
	if n := deck.Files[0].Lines(); c.line > n {
		return fmt.Errorf("there is no line %s: the deck has %s", place, text.Count(n, "line"))
	}
	var near []string
	var before, after *slides.Snippet
	for _, s := range deck.Snippets {
		switch first, _ := lines(s); {
		case s.At.File != deck.Files[0]:
		case s.Exec.Mode == slides.NotExecutable && c.at(s):
			return fmt.Errorf("the block at %s does not run: its first line has no +exec", place)
		case s.Exec.Mode == slides.NotExecutable:
		case first < c.line:
			before = s
		case after == nil:
			after = s
		}
	}
	for _, s := range []*slides.Snippet{before, after} {
		if s == nil {
			continue
		}
		first, last := lines(s)
		n := fmt.Sprintf("lines %d to %d", first, last)
		if s.ID != "" {
			n = fmt.Sprintf("%q at %s", s.ID, n)
		}
		near = append(near, n)
	}
	if near == nil {
		return fmt.Errorf("there is no program at %s, nor elsewhere in this file", place)
	}
	return fmt.Errorf("there is no program at %s; the nearest: %s", place, strings.Join(near, " and "))
}
