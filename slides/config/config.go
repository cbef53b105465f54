// Package config reads slidexec.yaml, the file beside a deck for settings that the deck itself
// should not hold: limits of its programs, requests for permissions, options for reading the deck, and keys of
// the player. The file grants nothing: a limit below the default holds at once, and one above it is a request like the others.
//
// Load reads the file, Requests lists its requests, and Settle returns the settings in force after
// the user's answer. Player returns the settings of the player, and Options those for reading decks, also of the user's
// presenterm.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Name is the name of the file.
const Name = "slidexec.yaml"

// Config is the content of a slidexec.yaml. The zero Config belongs to a deck without one.
type Config struct {
	Source *slides.File // nil: there is none
	Diags  slides.Diags

	name     string           // of the deck, as the user wrote it
	dir      string           // the deck's folder, every link followed
	player   Player           // settings of the player in this file alone
	options  yaml.Value       // of reading decks, in this file alone; Null: none
	all      scope            // for every program
	snippets map[string]scope // by id
	ids      []yaml.Field     // of snippets, in the file's order
	tally    slides.Tally     // of Diags
	unclear  bool             // the file has mistakes
}

// scope holds the file's settings for all programs, or for one.
type scope struct {
	limits   []limit
	requests []permit.Request
	nested   *namespaces // nil: not said
}

// limit is one of the file's limits, with its place.
type limit struct {
	field *limitField
	value int64
	at    slides.Span
}

// Load reads the file beside the deck; Diags has its mistakes. folder is the deck's folder. If the
// deck has none, it has no such file.
func Load(deck permit.Deck, folder permit.Folder) *Config {
	c := &Config{name: deck.Name, dir: deck.Dir, snippets: map[string]scope{}}
	if deck.Dir == "" {
		return c
	}
	path := filepath.Join(filepath.Dir(deck.Name), Name)
	src, err := readBeside(deck.Dir, Name)
	if errors.Is(err, fs.ErrNotExist) {
		return c
	}
	c.Source = slides.NewFile(path, path, src)
	if err != nil {
		c.fail(slides.Span{Pos: slides.Pos{File: c.Source}}, err.Error(), "")
		return c
	}
	if c.text() {
		(&reader{Config: c, folder: folder}).read(keys())
	}
	c.Diags.Sort()
	return c
}

// text reports whether the file is text.
func (c *Config) text() bool {
	at := text.Invalid(c.Source.Src)
	if at >= 0 {
		c.fail(slides.Span{Pos: slides.Pos{File: c.Source, Off: at}, End: at + 1}, "the file is not UTF-8 from here on", "")
	}
	return at < 0
}

// maxFile is more than anybody writes into the file.
const maxFile = 1 << 20 // bytes

// readBeside returns the bytes of a file beside the deck. The file belongs to the deck, so it is not
// trusted: readBeside follows no link, not even within the folder. A deck's requests stand beside the
// deck.
func readBeside(dir, name string) ([]byte, error) {
	info, err := os.Lstat(filepath.Join(dir, name))
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, errors.New("slidexec does not follow links to settings")
	}
	src, err := files.ReadBeneath(dir, name, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case errors.Is(err, files.ErrNotRegular):
		return nil, errors.New("it is not a file")
	case errors.Is(err, files.ErrTooLarge):
		return nil, fmt.Errorf("it is %w", err)
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	return src, nil
}

// Same reports whether two readings gave the same settings.
func (c *Config) Same(o *Config) bool {
	if c.Source == nil || o.Source == nil {
		return c.Source == o.Source
	}
	known := func(scope, scope) bool { return true } // the texts are the same
	return bytes.Equal(c.Source.Src, o.Source.Src) && c.Diags.Error() == o.Diags.Error() &&
		maps.EqualFunc(c.snippets, o.snippets, known)
}

func (c *Config) fail(at slides.Span, msg, hint string) {
	c.unclear = true
	c.diag(at, slides.Error, msg, hint)
}

func (c *Config) diag(at slides.Span, s slides.Severity, msg, hint string) {
	d := slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: s, Msg: msg, Hint: hint}
	if c.tally.Room(d) {
		c.Diags = append(c.Diags, d.Short())
	}
}

// For returns the file's final settings for a deck, with all diagnostics in Diags. The file serves
// every deck in its folder. So an id that this deck does not have is a mistake only if no other
// deck can have it.
func (c *Config) For(deck *slides.Deck) *Config {
	own := *c
	own.snippets, own.Diags, own.tally = maps.Clone(c.snippets), slices.Clone(c.Diags), c.tally.Clone()
	var known []string
	has := map[string]bool{}
	for _, s := range deck.Snippets {
		if s.ID != "" {
			known, has[s.ID] = append(known, s.ID), true
		}
	}
	unknown := map[string]bool{} // value: whether another deck has the id
	for _, id := range c.ids {
		if !has[id.Key] {
			unknown[id.Key] = false
		}
	}
	others := c.neighbours(deck, unknown)
	hints := 0
	for _, id := range c.ids {
		if has[id.Key] {
			continue
		}
		delete(own.snippets, id.Key)
		if unknown[id.Key] {
			continue
		}
		msg, hint := "the deck has no snippet "+text.Name(id.Key), ""
		if hints++; hints <= slides.MaxDiags { // more are not shown, and each is compared with all ids of the deck
			hint = text.Suggest(id.Key, "snippets with an id: ", known)
		}
		if others {
			own.diag(id.At, slides.Warning, msg+", nor does another deck in the folder", hint)
		} else {
			own.diag(id.At, slides.Error, msg, hint)
		}
	}
	own.Diags = append(own.Diags, own.tally.More()...)
	own.Diags.Sort()
	return &own
}

// Bounds of the search for ids of other decks.
const (
	maxNeighbours = 64      // files
	maxNeighbour  = 1 << 20 // bytes of each
)

// neighbours searches the other decks in the folder of a deck: Markdown files that have programs
// and are not part of this deck. It reports whether there are any, and marks the ids that one of
// them gives to a snippet.
func (c *Config) neighbours(deck *slides.Deck, ids map[string]bool) (any bool) {
	if len(ids) == 0 {
		return false
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return false // without a folder there are no other decks
	}
	at, looked := filepath.Dir(c.Source.Path), 0
	for _, e := range entries {
		part := slices.ContainsFunc(deck.Files, func(f *slides.File) bool {
			return f.Path != "" && filepath.Clean(f.Path) == filepath.Join(at, e.Name())
		})
		if filepath.Ext(e.Name()) != ".md" || part || !e.Type().IsRegular() || looked == maxNeighbours {
			continue
		}
		looked++
		src, err := files.ReadBeneath(c.dir, e.Name(), maxNeighbour)
		if err != nil || !bytes.Contains(src, []byte("+exec")) {
			continue
		}
		any = true
		for word := range bytes.FieldsSeq(src) {
			if id, ok := bytes.CutPrefix(word, []byte("+id:")); ok {
				if _, asked := ids[string(id)]; asked {
					ids[string(id)] = true
				}
			}
		}
	}
	return any
}
