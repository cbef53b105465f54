package html

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides/stage"
)

// The speaker's desk is the page of the audience, with the same slides, drawn and patched in the same
// way. A script of its own puts two slides into panes, and adds notes, clock and controls. A server has a
// page for it. A file with notes opens a second window of itself, and pair.js joins the two.

var (
	//go:embed desk.tmpl
	deskSource string
	//go:embed min/desk.css
	deskStyle string
	//go:embed min/desk.js
	deskScript string
	//go:embed min/pair.js
	pairScript string

	//go:embed min/scroll.js
	scrollScript string
	//go:embed min/point.js
	pointScript string
	//go:embed min/draw.js
	drawScript string
	//go:embed min/hands.css
	handsStyle string
)

// Share gives a page what the windows of a talk show each other beside its slides: what is scrolled, pointed
// at, zoomed and drawn.
func (f *Frame) Share() { f.Scripts = append(f.Scripts, shareScript()) }

// shareScript has its style sheet within it, as one that the page adopts.
var shareScript = sync.OnceValue(func() string {
	css, err := json.Marshal(handsStyle) // its < and > are no markup then
	if err != nil {
		panic(fmt.Sprintf("html: hands.css: %v", err))
	}
	return "{const s=new CSSStyleSheet;s.replaceSync(" + string(css) + ");document.adoptedStyleSheets.push(s)}\n" + scrollScript + pointScript + drawScript
})

// Desk makes the desk of a server from the page of the audience.
func (f *Frame) Desk() {
	f.Aside, f.Keys = deskSource, stage.Bindings(stage.Desk)
	f.Title = "Speaker: " + f.Title
	f.Style += deskStyle
	f.Scripts = append(f.Scripts, deskScript)
}

// pair lets a file open its own desk. Its notes have to be in the page.
func (f *Frame) pair() {
	f.Share()
	f.Aside += `<template id="desk">` + deskSource + "</template>\n"
	f.Keys = stage.Bindings(stage.Pair)
	f.Style += deskStyle
	f.Scripts = []string{strings.Join(f.Scripts, "") + pairScript + deskScript}
}

// DeskSources returns the sources of the desk, see Sources.
func DeskSources() string {
	return deskSource + deskStyle + deskScript + handsStyle + scrollScript + pointScript + drawScript
}
