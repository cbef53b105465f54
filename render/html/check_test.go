package html

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// The page is written so that it is well-formed XML too: what a parser for XML and the lists
// below accept, browsers read in the one way it is meant. HTML parsers repair anything, which
// would make a test blind.

var (
	elements = strings.Fields(`html head meta title style script body header main section div p h1 h2 h3 h4 h5 h6 ul ol li table thead
		tbody tr th td figure figcaption pre code samp span strong em s sup sub u mark i a br hr img blockquote footer dialog input dl dt dd kbd button`)
	attributes = strings.Fields(`lang dir charset http-equiv content name property id class role tabindex hidden href rel target title src alt
		width height start value scope type placeholder autocomplete aria-label aria-labelledby aria-hidden
		data-step data-steps data-hash data-key data-frames data-indent data-due data-version data-run data-state data-ms data-scheme`)
	inline   = regexp.MustCompile(`(?s)<(style|script)(?: id="look")?>.*?</(?:style|script)>`)
	hrefs    = regexp.MustCompile(`^(?i:https?://|mailto:|#)`)
	pictures = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp|avif|svg\+xml);base64,[A-Za-z0-9+/=]*$`)
	classes  = regexp.MustCompile(`^[a-z0-9-]+( [a-z0-9-]+)*$`)
)

// checkPage reports the first thing in a page that a deck must not be able to bring about.
func checkPage(page string) error {
	page = strings.Replace(page, `<script type="application/json" id="keys">`, "<p>", 1) // data, which runs nowhere
	page = strings.Replace(page, "]</script>", "]</p>", 1)
	page = strings.Replace(page, `<template id="desk">`+deskSource+"</template>", "", 1)
	if n := strings.Count(page, "<script"); n != 1 {
		return fmt.Errorf("%d script elements", n)
	}
	if n, themes := strings.Count(page, "<style"), strings.Count(page, `<style id="look">`); n != 2 || themes != 1 {
		return fmt.Errorf("%d style elements, %d of themes", n, themes)
	}
	page, ok := strings.CutPrefix(inline.ReplaceAllString(page, "<$1></$1>"), "<!DOCTYPE html>\n")
	if !ok {
		return errors.New("no doctype")
	}
	return checkMarkup(page)
}

// checkMarkup checks elements, attributes, addresses and identifiers.
func checkMarkup(page string) error {
	d := xml.NewDecoder(strings.NewReader(page))
	ids, anchors := map[string]bool{}, 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "a" {
				anchors++
			}
			if anchors > 1 {
				return errors.New("link in a link")
			}
			if err := checkElement(t, ids); err != nil {
				return fmt.Errorf("<%s>: %w", t.Name.Local, err)
			}
		case xml.EndElement:
			if t.Name.Local == "a" {
				anchors--
			}
		case xml.Comment, xml.ProcInst, xml.Directive:
			return fmt.Errorf("unexpected %T", t)
		}
	}
}

func checkElement(e xml.StartElement, ids map[string]bool) error {
	if !slices.Contains(elements, e.Name.Local) || e.Name.Space != "" {
		return errors.New("unexpected element")
	}
	seen := map[string]bool{}
	for _, a := range e.Attr {
		name, v := a.Name.Local, a.Value
		switch {
		case a.Name.Space != "" || !slices.Contains(attributes, name):
			return fmt.Errorf("unexpected attribute %s", name)
		case seen[name]:
			return fmt.Errorf("%s twice", name)
		case name == "href" && !hrefs.MatchString(v):
			return fmt.Errorf("href %q", v)
		case name == "src" && !pictures.MatchString(v):
			return fmt.Errorf("src %.40q", v)
		case name == "class" && !classes.MatchString(v):
			return fmt.Errorf("class %q", v)
		case name == "id" && ids[v]:
			return fmt.Errorf("id %q twice", v)
		}
		seen[name] = true
		if name == "id" {
			ids[v] = true
		}
	}
	return nil
}

var cssRule = regexp.MustCompile(`^\.[a-z0-9-]+\{[-#().,;:%a-z0-9 ]+\}$`)

// checkSheet reports the first line of made CSS that is neither a plain rule nor one of our own style sheets.
func checkSheet(css string) error {
	for line := range strings.Lines(css) {
		if slices.Contains(allChapters(), line) {
			continue
		}
		line = strings.TrimSuffix(line, "\n")
		if !cssRule.MatchString(line) || strings.Contains(line, "url") {
			return fmt.Errorf("rule %q", line)
		}
	}
	return nil
}

var classAttr = regexp.MustCompile(` class="([^"]*)"`)
