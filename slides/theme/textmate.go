package theme

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Files of TextMate (.tmTheme) are property lists in XML: a list of settings, each with the scopes of
// code that it is for. textMate takes the colours that slidexec tells apart.

// Limits of such a file. Its size is bounded where it is read.
const (
	maxPlistDepth = 16    // lists within lists
	maxPlistItems = 50000 // values
)

// plistError is a mistake in a property list at an offset.
type plistError struct {
	off       int
	msg, hint string
}

// scopes are what our classes are in TextMate, for each of codeParts from the comment on, the best first.
var scopes = [8][]string{
	2: {"comment.line", "comment"},
	3: {"keyword.control", "keyword", "storage.type", "storage"},
	4: {"string.quoted.double", "string"},
	5: {"entity.name.function", "support.function", "entity.name"},
	6: {"constant.numeric", "constant.language", "constant"},
	7: {"entity.name.type", "support.type", "entity.name.class", "support.class", "storage.type"},
}

// textMate returns the colours of a theme of TextMate, in the order of codeParts; "" where it says nothing.
func textMate(src []byte) (colors [8]string, bad *plistError) {
	switch {
	case bytes.HasPrefix(src, []byte("bplist")):
		return colors, &plistError{0, "the colours of code are a binary property list", "convert the file with: plutil -convert xml1 FILE"}
	case len(bytes.TrimSpace(src)) == 0:
		return colors, &plistError{0, "the file with the colours of code is empty", "want a theme of TextMate: <plist><dict>…"}
	}
	p := &plist{dec: xml.NewDecoder(bytes.NewReader(src))}
	p.dec.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the encoding is %q; save the file as UTF-8", charset)
	}
	root, err := p.root()
	if err != nil {
		off := min(int(p.dec.InputOffset()), len(src)-1)
		msg := err.Error()
		if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
			msg = syntax.Msg
		}
		return colors, &plistError{off, "colours of code: " + msg, "want a theme of TextMate: <plist><dict>…"}
	}
	list, ok := root.dict["settings"]
	if !ok || list.kind != "array" {
		return colors, &plistError{0, "colours of code: the file has no list named settings", "want a theme of TextMate, with <key>settings</key><array>…"}
	}
	best := [8]int{}
	for _, item := range list.array {
		set := item.dict["settings"].dict
		scope, scoped := item.dict["scope"]
		if !scoped { // the settings of the whole
			for i, key := range [2]string{"background", "foreground"} {
				if c, bad := p.color(set[key], colors[0]); bad != nil {
					return colors, bad
				} else if c != "" {
					colors[i] = c
				}
			}
			continue
		}
		c, bad := p.color(set["foreground"], colors[0])
		if bad != nil {
			return colors, bad
		}
		if c == "" {
			continue
		}
		for selector := range strings.SplitSeq(scope.text, ",") {
			selector = strings.TrimSpace(selector)
			for i, names := range scopes {
				if n := fit(selector, names); n > best[i] {
					colors[i], best[i] = c, n
				}
			}
		}
	}
	return colors, nil
}

// fit returns how well a selector fits scopes of which the first is the best, 0 if it does not fit. A
// selector with several parts is for code of some language only.
func fit(selector string, names []string) int {
	if selector == "" || strings.ContainsAny(selector, " \t\n") {
		return 0
	}
	for i, name := range names {
		if name == selector || strings.HasPrefix(name, selector+".") {
			return 100*(len(names)-i) + len(selector)
		}
	}
	return 0
}

// plist reads a property list.
type plist struct {
	dec   *xml.Decoder
	depth int
	items int
}

// value is a value of a property list: a dict, an array, or text.
type value struct {
	kind  string
	text  string
	dict  map[string]value
	array []value
	off   int
}

// root reads the value within <plist>, which is a dict.
func (p *plist) root() (value, error) {
	seen := false
	for {
		tok, err := p.dec.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the property list has no <dict>")
			}
			return value{}, err
		}
		start, ok := tok.(xml.StartElement)
		switch {
		case !ok:
		case !seen && start.Name.Local == "plist":
			seen = true
		case !seen:
			return value{}, fmt.Errorf("found <%s>, want <plist>", start.Name.Local)
		case start.Name.Local != "dict":
			return value{}, fmt.Errorf("found <%s>, want <dict>", start.Name.Local)
		default:
			return p.value(start)
		}
	}
}

func (p *plist) value(start xml.StartElement) (v value, err error) {
	v.kind, v.off = start.Name.Local, int(p.dec.InputOffset())
	if p.items++; p.items > maxPlistItems {
		return v, fmt.Errorf("the property list has more than %d values", maxPlistItems)
	}
	if p.depth++; p.depth > maxPlistDepth {
		return v, fmt.Errorf("the property list nests more than %d deep", maxPlistDepth)
	}
	defer func() { p.depth-- }()
	key := ""
	if v.kind == "dict" {
		v.dict = map[string]value{}
	}
	var b strings.Builder
	for {
		tok, err := p.dec.Token()
		if err != nil {
			return v, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			v.text = strings.TrimSpace(b.String())
			return v, nil
		case xml.CharData:
			b.Write(tok)
		case xml.StartElement:
			child, err := p.value(tok)
			if err != nil {
				return v, err
			}
			switch {
			case v.kind == "dict" && child.kind == "key":
				key = child.text
			case v.kind == "dict":
				v.dict[key] = child
			case v.kind == "array":
				v.array = append(v.array, child)
			default:
				return v, fmt.Errorf("found <%s> within <%s>", child.kind, v.kind)
			}
		}
	}
}

// color returns a colour of a theme as slides.Theme has it: #rrggbb, or one of the 16 colours of a
// terminal. The two forms with which bat names those are #NN000000 for number NN, and #00000001 for the
// terminal's own colour, "". A colour that lets the background through is mixed with it.
func (p *plist) color(v value, background string) (string, *plistError) {
	s := v.text
	if s == "" {
		return "", nil
	}
	hex, ok := strings.CutPrefix(s, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil || len(hex) != 6 && len(hex) != 8 {
		return "", &plistError{v.off, fmt.Sprintf("colours of code: %s is not a colour", strconv.Quote(cut(s))), "want #rrggbb, #rgb or #rrggbbaa"}
	}
	if len(hex) == 6 {
		return "#" + strings.ToLower(hex), nil
	}
	switch alpha := n & 0xff; {
	case n == 1:
		return "", nil
	case alpha == 0 && n>>24 < 16 && n&0xffff00 == 0:
		return ansiNames[n>>24], nil
	case alpha < 255:
		under, err := strconv.ParseUint(strings.TrimPrefix(background, "#"), 16, 32)
		if err != nil || background == "" {
			break
		}
		mixed := uint64(0)
		for shift := 0; shift < 24; shift += 8 {
			over, below := n>>(8+shift)&0xff, under>>shift&0xff
			mixed |= (over*alpha + below*(255-alpha)) / 255 << shift
		}
		return fmt.Sprintf("#%06x", mixed), nil
	}
	return "#" + strings.ToLower(hex[:6]), nil
}

// ansiNames are the names of a terminal's colours by their numbers.
var ansiNames = [16]string{"black", "dark_red", "dark_green", "dark_yellow", "dark_blue", "dark_magenta", "dark_cyan", "grey",
	"dark_grey", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// cut shortens text for a message.
func cut(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
