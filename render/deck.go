package render

import (
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// Title returns the title of a talk.
func Title(d *slides.Deck) string {
	if t := slides.PlainLines(d.Meta.Title); t != "" {
		return t
	}
	for _, s := range d.Slides {
		if t := d.TitleOf(s); t != "" {
			return t
		}
	}
	if len(d.Files) > 0 && d.Files[0].Name != "" {
		return d.Files[0].Name
	}
	return "slides"
}

// Statement reports whether blocks are nothing but a title.
func Statement(list []slides.Block) bool {
	titles := 0
	for _, bl := range list {
		switch bl.(type) {
		case *slides.Title:
			titles++
		case *slides.Middle, *slides.Gap:
		default:
			return false
		}
	}
	return titles == 1
}

// External reports whether a destination leads to another document by a scheme that cannot run code.
// Browsers accept control characters and spaces in URLs; External does not.
func External(dest string) bool {
	for _, c := range []byte(dest) {
		if c <= ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if len(dest) > len(scheme) && strings.EqualFold(dest[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}
