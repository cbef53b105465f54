// Package slides is the model of a talk: the deck, its slides and blocks, the executable
// snippets in it, the results of running them, and the events that tell others about it.
//
// A Deck is immutable after parsing, so watch mode may share one between goroutines. Results live
// beside it in Results, under the snippets' keys: a snippet that a reparse did not change keeps its
// key and so its result. Nothing here reads files or runs programs.
//
// A Result holds facts. Backends work out their meaning when they show them, by one function for
// each question: Judge gives the verdict on a run, a Placer translates the places that compilers
// name. A Board is a deck with its results, kept up to date by events. Parts visits the parts of a
// deck's blocks; Walk, Move, fingerprints and dumps are made with it.
package slides

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Deck is a parsed talk.
type Deck struct {
	Meta     Meta
	Slides   []*Slide
	Snippets []*Snippet // every snippet in document order, also those that do not run and those of skipped slides
	Files    []*File    // the deck itself first, then every other source of it; watch mode watches these
	Includes []Include  // in document order
	Paths    []Span     // places in the text that name files relative to its own: pictures, links, +env, file blocks
	Diags    Diags      // mistakes in the deck, sorted
}

// Meta is the front matter. A missing field is empty.
type Meta struct {
	Title, SubTitle             []Line // one inline line each, as written over several lines
	Event, Location, Date, Lang string
	Description, URL            string        // for previews of links to the talk; URL: as from PageURL
	Duration                    time.Duration // planned for the talk, 0: not said
	Author                      string
	Authors                     []string
	Theme                       ThemeRef
	Look                        *Theme // nil: the default one
	Options                     Options
	Set                         []Setting // the options that are set, the later over the earlier
}

// Setting is an option that a file sets: its value as YAML, and the value's place.
type Setting struct {
	Name, Value string
	At          Span
}

// Line is one line of inline content.
type Line []Inline

// ThemeRef is the theme that the front matter names.
type ThemeRef struct{ Name, Path string }

// Options are the options of a deck, from its front matter and from configurations; the zero value has none of them set.
type Options struct {
	ImplicitSlideEnds, EndSlideShorthand, H1SlideTitles bool
	CommandPrefix                                       string
	ImageAttributesPrefix                               string // "image:" unless set
	IncrementalLists, IncrementalTables                 bool
	ListItemNewlines                                    int  // 1 unless set
	CommonMarkdown                                      bool // task lists, bare links, names of emoji, footnotes defined anywhere
	LenientFrontMatter                                  bool // strict_front_matter_parsing: false
	AutoRenderLanguages                                 []string
	Math                                                bool   // $…$ is a formula
	Theme                                               string // the name of the theme of a deck that names none; "": none
	Worn                                                string // the name of the theme over the one that the deck names; "": the deck decides
}

// Slide is one slide. Its content appears in steps: step 0 shows first.
type Slide struct {
	At       Span
	Blocks   []Block
	Notes    []Note
	Steps    int // how many steps there are, at least 1
	NoFooter bool
	Intro    bool // made from the front matter, without a place in the source
}

// Note is a speaker note; Step is the step at which it is due.
type Note struct {
	At   Span
	Step int
	Text string
}

// Include says that the comment At included another Markdown file.
type Include struct {
	At   Span
	File *File
}

// TitleOf returns a name for a slide of the deck, as plain text: its title, or else its first
// heading, "" if it has neither. An intro slide has the title of the deck.
func (d *Deck) TitleOf(s *Slide) string {
	title, heading := "", ""
	Walk(s.Blocks, func(b Block) {
		switch b := b.(type) {
		case *Title:
			title = cmp.Or(title, Plain(b.Text))
		case *Heading:
			heading = cmp.Or(heading, Plain(b.Text))
		}
	})
	if s.Intro {
		title = cmp.Or(title, PlainLines(d.Meta.Title))
	}
	return cmp.Or(title, heading)
}

// Snippets returns the snippets whose code or output the slide shows, in the order of the slide.
func (s *Slide) Snippets() []*Snippet {
	var out []*Snippet
	add := func(sn *Snippet) {
		if sn != nil && !slices.Contains(out, sn) {
			out = append(out, sn)
		}
	}
	Walk(s.Blocks, func(b Block) {
		switch b := b.(type) {
		case *Code:
			add(b.Snippet)
		case *Output:
			add(b.Snippet)
		}
	})
	return out
}

// Find returns the snippet with the given id, or nil.
func (d *Deck) Find(id string) *Snippet {
	if id == "" {
		return nil
	}
	for _, s := range d.Snippets {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// Executable returns the snippets that a run executes, in document order.
func (d *Deck) Executable() []*Snippet {
	var out []*Snippet
	for _, s := range d.Snippets {
		if s.Exec.Mode != NotExecutable {
			out = append(out, s)
		}
	}
	return out
}

// Event is a message from producers (live, run) to consumers (terminal, browser). The set is sealed.
type Event interface{ event() }

// Loaded says that a deck was read and parsed; it replaces the one before.
type Loaded struct {
	Deck    *Deck
	Version int // counts the decks that a talk has had, from 1; 0: nobody counts
}

// Ran says that the result under Key is now Result, which may still be running.
type Ran struct {
	Key    Key
	Result Result
}

// Broken says that the deck on disk cannot be shown; the last good deck stays.
type Broken struct {
	Diags Diags
	Since time.Time
}

func (Loaded) event() {}
func (Ran) event()    {}
func (Broken) event() {}

// Slugs maps titles, in the form of link targets, to slides, counted from 1. Of equal titles, the first counts.
func (d *Deck) Slugs() map[string]int {
	out := map[string]int{}
	for i, s := range d.Slides {
		slug := slug(d.TitleOf(s))
		if _, taken := out[slug]; !taken && slug != "" {
			out[slug] = i + 1
		}
	}
	return out
}

func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, title)
}
