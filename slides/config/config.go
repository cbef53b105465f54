// Package config reads slidexec.yaml, the file beside a deck that holds what the deck itself should
// not: limits of its programs, and requests for permissions. Nothing in it grants anything: limits
// can be tightened freely, and what would widen them is a request like the others.
//
// Load reads the file, Requests says what it asks for, Settle what comes of the user's answer.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Name is what the file is called.
const Name = "slidexec.yaml"

// Config is what a slidexec.yaml says. The zero Config is that of a deck without one.
type Config struct {
	Source *slides.File // nil: there is none
	Diags  slides.Diags

	all      scope            // for every program
	snippets map[string]scope // by id
	ids      []yaml.Field     // of snippets, in the file's order
	tally    slides.Tally     // of Diags
}

// scope is what the file says of all programs, or of one.
type scope struct {
	limits   []limit
	requests []permit.Request
	nested   *namespaces // nil: not said
}

// limit is one that was given, with its place.
type limit struct {
	field *limitField
	value int64
	at    slides.Span
}

// Load reads the file beside the deck; what is wrong in it is in Diags. home is the user's home
// directory. A deck without a folder has no such file.
func Load(deck permit.Deck, home string) *Config {
	c := &Config{snippets: map[string]scope{}}
	if deck.Dir == "" {
		return c
	}
	path := filepath.Join(filepath.Dir(deck.Name), Name)
	src, err := read(deck.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return c
	}
	c.Source = slides.NewFile(path, path, src)
	if err != nil {
		c.fail(slides.Span{Pos: slides.Pos{File: c.Source}}, err.Error(), "")
		return c
	}
	if at := firstInvalid(src); at >= 0 {
		c.fail(slides.Span{Pos: slides.Pos{File: c.Source, Off: at}, End: at + 1}, "not UTF-8 from here on", "")
		return c
	}
	folder, err := permit.NewFolder(deck.Dir, home)
	if err != nil {
		c.fail(slides.Span{Pos: slides.Pos{File: c.Source}}, err.Error(), "")
		return c
	}
	(&reader{Config: c, folder: folder}).read()
	c.Diags.Sort()
	return c
}

// maxFile is more than anybody writes into it.
const maxFile = 1 << 20 // bytes

// read returns the file's bytes. It is the deck's, so nothing is expected of it, and a link is not
// even followed within the folder: what a deck asks for stands beside it.
func read(dir string) ([]byte, error) {
	info, err := os.Lstat(filepath.Join(dir, Name))
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, errors.New("it is a link, which is not followed")
	}
	src, err := files.ReadBeneath(dir, Name, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case errors.Is(err, files.ErrNotRegular):
		return nil, errors.New("it is no file")
	case errors.Is(err, files.ErrTooLarge):
		return nil, fmt.Errorf("it is %w", err)
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	return src, nil
}

// firstInvalid returns where src stops being UTF-8, or -1.
func firstInvalid(src []byte) int {
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// Same reports whether two readings of a file came to the same.
func (c *Config) Same(o *Config) bool {
	if c.Source == nil || o.Source == nil {
		return c.Source == o.Source
	}
	return bytes.Equal(c.Source.Src, o.Source.Src) && c.Diags.Error() == o.Diags.Error()
}

func (c *Config) fail(at slides.Span, msg, hint string) { c.diag(at, slides.Error, msg, hint) }

func (c *Config) diag(at slides.Span, s slides.Severity, msg, hint string) {
	d := slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: s, Msg: msg, Hint: hint}
	if c.tally.Room(d) {
		c.Diags = append(c.Diags, d.Short())
	}
}

// Check reports the ids that are no snippets' of the deck. It is the last word on the file: Diags
// has all that is told.
func (c *Config) Check(deck *slides.Deck) {
	var known []string
	for _, s := range deck.Snippets {
		if s.ID != "" {
			known = append(known, s.ID)
		}
	}
	for _, id := range c.ids {
		if slices.Contains(known, id.Key) {
			continue
		}
		delete(c.snippets, id.Key)
		c.fail(id.At, "the deck has no snippet "+text.Name(id.Key), text.Suggest(id.Key, "snippets with an id: ", known))
	}
	c.Diags = append(c.Diags, c.tally.More()...)
	c.Diags.Sort()
}
