package render

import (
	"cmp"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
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

// Authors returns who gives a talk, "" if the deck does not say.
func Authors(d *slides.Deck) string { return cmp.Or(d.Meta.Author, strings.Join(d.Meta.Authors, ", ")) }

var langTag = pattern.New(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// Lang returns the language tag of a talk, as "pt-BR". It is English if the deck does not say.
func Lang(d *slides.Deck) string {
	if l := strings.ReplaceAll(d.Meta.Lang, "_", "-"); langTag().MatchString(l) {
		return l
	}
	return "en"
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
