package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/render/paper"
	"github.com/slidexec/slidexec/render/plot"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/talk"
)

// look holds the user's choices about how a rendering looks.
type look struct {
	width int // columns, for terminals
	depth term.Depth
	light bool // background of the terminal
	notes bool // speaker notes in the export
	part       // the slides to show

	press *paper.Press // prints
	drawn *plot.PDF    // draws pages where nothing prints; nil: press prints
	album bool         // the output is a folder of pictures
	site  bool         // the output is a folder with a page
	url   string       // at which the page will be found
	turn  html.Transition
	paging

	base string                    // path from the output's folder to the deck's, "" if they are the same
	link func(*slides.File) string // address of a file in the deck's folder, as the output sees it
}

// format is an output format: its file endings and its backend.
type format struct {
	extensions []string
	help       string
	parts      parts
	traits
	backend func(look) render.Backend
}

// traits are what few formats have.
type traits struct {
	binary bool // not for a terminal
	pages  bool // has pages of paper
	album  bool // can fill a folder with pictures
	site   bool // can fill a folder with a page and its files
}

// parts says which part of a deck a format can show.
type parts int

const (
	wholeDeck parts = iota
	oneSlide
	steps // one slide up to a step
)

// formats is the table of output formats. A new backend is one entry.
var formats = map[string]format{
	"ansi": {[]string{".ans", ".ansi"}, "the slides in colour, as a terminal shows them", steps, traits{}, func(l look) render.Backend {
		return term.Backend{Width: l.width, Depth: l.depth, Light: l.light, Slide: l.slide, Step: l.step}
	}},
	"txt": {[]string{".txt"}, "the slides as plain text", steps, traits{}, func(l look) render.Backend {
		return term.Backend{Width: l.width, Slide: l.slide, Step: l.step}
	}},
	"html": {[]string{".html", ".htm"}, "one HTML page that needs no other file, or a folder with a page", oneSlide, traits{site: true}, func(l look) render.Backend {
		return &html.Backend{Notes: l.notes, Link: l.link, URL: l.url, Transition: l.turn}
	}},
	"md": {[]string{".md", ".markdown"}, "the deck with the outputs filled in", wholeDeck, traits{}, func(l look) render.Backend {
		return md.Backend{Parse: talk.Reparse, Base: l.base}
	}},
	"json": {[]string{".json"}, "the deck and its results, for other programs to read", oneSlide, traits{}, func(l look) render.Backend {
		return json.Backend{Slide: l.slide}
	}},
	"pdf": {[]string{".pdf"}, "the slides on paper, printed by a browser of this machine or else drawn", steps, traits{binary: true, pages: true}, func(l look) render.Backend {
		if l.drawn != nil {
			return *l.drawn
		}
		return paper.PDF{Press: l.press, Layout: paper.Layout{
			Slide: l.slide, Step: l.step, Steps: l.steps, Notes: l.notes, PerPage: l.perPage,
		}}
	}},
	"png": {[]string{".png"}, "a picture of a slide, or of every slide in a folder", steps, traits{binary: true, album: true}, func(l look) render.Backend {
		return paper.PNG{Press: l.press, Still: paper.Still{Slide: l.slide, Step: l.step}, Dark: !l.light}
	}},
	"gif": {[]string{".gif"}, "the steps of a slide as a moving picture", oneSlide, traits{binary: true}, func(l look) render.Backend {
		return paper.GIF{Press: l.press, Slide: l.slide, Dark: !l.light}
	}},
}

// formatNames lists the formats for messages.
func formatNames() string { return strings.Join(slices.Sorted(maps.Keys(formats)), ", ") }

// formatsWith lists the formats that can show at least such a part, for messages.
func formatsWith(p parts) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(formats)) {
		if formats[name].parts >= p {
			names = append(names, name)
		}
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// pickFormat finds the format by name, else by the ending of the output file, else the one that
// suits stdout: one with colours if it has some. A folder is for a page, unless its name says otherwise.
func pickFormat(name, output string, colours bool) (format, error) {
	if name != "" {
		f, ok := formats[name]
		if !ok {
			return f, usageError{fmt.Errorf("unknown format %q; %s", name, text.Suggest(name, "the formats are ", slices.Sorted(maps.Keys(formats))))}
		}
		return f, nil
	}
	if output == "" || output == "-" {
		if colours {
			return formats["ansi"], nil
		}
		return formats["txt"], nil
	}
	ext := strings.ToLower(filepath.Ext(output))
	for _, f := range formats {
		if slices.Contains(f.extensions, ext) {
			return f, nil
		}
	}
	if isFolder(output) {
		return formats["html"], nil
	}
	return format{}, usageError{fmt.Errorf("the ending of %q names no format: choose one with -t (%s)", output, formatNames())}
}
