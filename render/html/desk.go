package html

import (
	_ "embed"
	"strings"

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
)

// Desk makes the desk of a server from the page of the audience.
func (f *Frame) Desk() {
	f.Aside, f.Keys = deskSource, stage.Bindings(stage.Desk)
	f.Title = "Speaker: " + f.Title
	f.Style += deskStyle
	f.Scripts = append(f.Scripts, deskScript)
}

// pair lets a file open its own desk. Its notes have to be in the page.
func (f *Frame) pair() {
	f.Aside += `<template id="desk">` + deskSource + "</template>\n"
	f.Keys = stage.Bindings(stage.Pair)
	f.Style += deskStyle
	f.Scripts = []string{strings.Join(f.Scripts, "") + pairScript + deskScript}
}

// DeskSources returns the sources of the desk, see Sources.
func DeskSources() string { return deskSource + deskStyle + deskScript }
