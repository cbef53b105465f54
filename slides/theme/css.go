package theme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// A deck's style sheet dresses what its author wrote, and nothing else. A page also has things that must mean
// what they say, whatever deck it shows: how a program ended, whether it was confined, the buttons that
// start it. So the sheet may load nothing, may name none of these, and may not move, cover, hide or
// relabel anything: it has properties from a list, without negative lengths, for elements of slides outside of
// boxes of output. Browsers without @scope leave all of it out.

// ReadCSS reads a deck's style sheet. It returns the sheet confined to slides, or what it may not have.
func ReadCSS(f *slides.File) (string, slides.Diags) {
	r := &cssReader{file: f, src: string(f.Src)}
	if r.rules(0); len(r.diags) > 0 {
		return "", r.diags
	}
	if r.out.Len() == 0 {
		return "", nil
	}
	return "@scope (.slide) to (.out,figcaption,button,.bug,.notes){\n" + r.out.String() + "}\n", nil
}

// cssProperties are the properties that a style sheet may set; a name with - at its end stands for all that
// begin so.
var cssProperties = []string{"align-items", "align-self", "background", "background-color", "background-image", "background-position",
	"background-repeat", "background-size", "border", "border-", "color", "column-gap", "column-rule", "columns", "flex", "font", "font-", "gap",
	"grid-template-columns", "height", "hyphens", "justify-content", "justify-self", "letter-spacing", "line-height", "list-style", "list-style-",
	"margin", "margin-", "max-height", "max-width", "min-height", "min-width", "padding", "padding-", "row-gap", "tab-size", "text-align",
	"text-decoration", "text-decoration-", "text-transform", "text-underline-offset", "text-wrap", "vertical-align", "white-space", "width",
	"word-spacing"}

// cssFunctions are the functions that values may have.
var cssFunctions = []string{"", "calc", "circle", "clamp", "color-mix", "conic-gradient", "hsl", "hsla", "hwb", "lab", "lch", "light-dark",
	"linear-gradient", "max", "min", "minmax", "oklab", "oklch", "radial-gradient", "repeat", "repeating-linear-gradient", "rgb", "rgba", "var"}

// cssGroups are the at-rules with rules in them that it may have.
var cssGroups = []string{"@container", "@media", "@supports"}

type cssReader struct {
	file  *slides.File
	src   string
	at    int
	out   strings.Builder
	diags slides.Diags
}

func (r *cssReader) fail(at, n int, msg, hint string) {
	if len(r.diags) < slides.MaxDiags {
		r.diags = append(r.diags, slides.Diag{Pos: slides.Pos{File: r.file, Off: min(at, len(r.src))}, Len: max(n, 1), Severity: slides.Error,
			Msg: msg, Hint: hint})
	}
}

// rules reads rules up to the end, or in a group up to its }.
func (r *cssReader) rules(depth int) {
	for {
		r.space()
		if r.at >= len(r.src) {
			if depth > 0 {
				r.fail(len(r.src), 1, "nothing closes {", "")
			}
			return
		}
		if r.src[r.at] == '}' {
			if depth == 0 {
				r.fail(r.at, 1, "found } without {", "")
				r.at = len(r.src)
			}
			return
		}
		from := r.at
		prelude, end := r.until("{;}")
		if end != '{' {
			r.fail(from, len(prelude), fmt.Sprintf("want SELECTOR {…}, got %q", text.Cut(prelude, 40)), "@import and other rules without {…} are not for a deck's style sheet")
			r.at = len(r.src)
			return
		}
		r.at++
		if strings.HasPrefix(prelude, "@") {
			name, _, _ := strings.Cut(prelude, " ")
			name, _, _ = strings.Cut(name, "(")
			if !slices.Contains(cssGroups, strings.ToLower(name)) || depth > 3 {
				r.fail(from, len(name), fmt.Sprintf("a deck's style sheet cannot have %s", name), "it may have "+strings.Join(cssGroups, ", "))
				r.at = len(r.src)
				return
			}
			r.plain(from, prelude)
			r.out.WriteString(prelude + "{\n")
			r.rules(depth + 1)
		} else {
			r.plain(from, prelude)
			r.out.WriteString(prelude + "{")
			r.declarations()
		}
		r.out.WriteString("}\n")
		r.at++ // }
	}
}

// declarations reads the declarations of a rule up to its }.
func (r *cssReader) declarations() {
	for {
		r.space()
		from := r.at
		decl, end := r.until(";{}")
		switch {
		case end == '{':
			r.fail(r.at, 1, "a rule within a rule", "write its whole selector before a {…} of its own")
			r.at = len(r.src)
			return
		case end == 0:
			r.fail(len(r.src), 1, "nothing closes {", "")
			return
		case decl != "":
			r.declaration(from, decl)
		}
		if end == '}' {
			return
		}
		r.at++
	}
}

func (r *cssReader) declaration(from int, decl string) {
	name, value, ok := strings.Cut(decl, ":")
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
	if !ok || value == "" {
		r.fail(from, len(decl), fmt.Sprintf("want PROPERTY: VALUE, got %q", text.Cut(decl, 40)), "")
		return
	}
	if !slices.ContainsFunc(cssProperties, func(p string) bool {
		return p == name || strings.HasSuffix(p, "-") && strings.HasPrefix(name, p) && name != p
	}) {
		r.fail(from, len(name), fmt.Sprintf("a deck's style sheet cannot set %s", text.Name(name)),
			"it dresses text and boxes, and neither moves nor hides anything; "+text.Suggest(name, "properties: ", cssProperties))
		return
	}
	r.plain(from, decl)
	if strings.Contains(value, "!") {
		r.fail(from, len(decl), "a deck's style sheet cannot have !important", "leave it out: the deck's rules come after those of slidexec")
	}
	if bad := unknownFunction(value); bad != "" {
		r.fail(from, len(decl), fmt.Sprintf("a deck's style sheet cannot have %s(…)", bad), "a page loads nothing; for pictures and fonts there are keys of the theme")
	}
	if name != "letter-spacing" && negative(value) {
		r.fail(from, len(decl), fmt.Sprintf("%s: want no negative length", name), "nothing may cover the outputs and buttons of a page")
	}
	r.out.WriteString(name + ":" + value + ";")
}

// plain reports characters that could end the sheet, or begin what this reader does not see.
func (r *cssReader) plain(from int, s string) {
	if !balanced(s) { // for a browser, an open one goes on beyond the }
		r.fail(from, len(s), "want every bracket closed", "")
	}
	if i := strings.IndexAny(s, "\\<"); i >= 0 {
		r.fail(from+i, 1, fmt.Sprintf("a deck's style sheet cannot have %c", s[i]), "write the character itself, in a string")
	}
	if i := strings.IndexFunc(s, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' && c != '\r' }); i >= 0 {
		r.fail(from+i, 1, "a deck's style sheet cannot have control characters", "")
	}
}

// balanced reports whether all brackets outside of strings are closed.
func balanced(s string) bool {
	var open []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'':
			i += 1 + max(strings.IndexByte(s[i+1:], c), 0)
		case '(':
			open = append(open, ')')
		case '[':
			open = append(open, ']')
		case ')', ']':
			if len(open) == 0 || open[len(open)-1] != c {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}

// unknownFunction returns the first function of a value that it may not have.
func unknownFunction(value string) string {
	for i := 0; i < len(value); i++ {
		switch c := value[i]; c {
		case '"', '\'':
			i += 1 + max(strings.IndexByte(value[i+1:], c), 0)
		case '(':
			from := i
			for from > 0 && (value[from-1] == '-' || value[from-1]|0x20 >= 'a' && value[from-1]|0x20 <= 'z') {
				from--
			}
			if name := strings.ToLower(value[from:i]); !slices.Contains(cssFunctions, name) {
				return name
			}
		}
	}
	return ""
}

// negative reports whether a value has a negative number, or takes one from another.
func negative(value string) bool {
	for i := range len(value) {
		if value[i] != '-' || i > 0 && !strings.ContainsRune(" (,/*+\t\n\r", rune(value[i-1])) {
			continue
		}
		if i+1 < len(value) && strings.ContainsRune("0123456789. \t\n\r(", rune(value[i+1])) {
			return true
		}
	}
	return false
}

// space skips spaces and comments.
func (r *cssReader) space() {
	for r.at < len(r.src) {
		switch rest := r.src[r.at:]; {
		case strings.ContainsRune(" \t\r\n\f", rune(rest[0])):
			r.at++
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				r.fail(r.at, 2, "nothing closes /*", "")
				r.at = len(r.src)
				return
			}
			r.at += end + 4
		default:
			return
		}
	}
}

// until reads up to one of some characters outside of strings and comments, and returns what it read, without
// comments and outer spaces, and the character; 0 at the end.
func (r *cssReader) until(ends string) (string, byte) {
	var b strings.Builder
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case strings.HasPrefix(r.src[r.at:], "/*"):
			b.WriteByte(' ')
			r.space()
		case c == '"' || c == '\'':
			n := strings.IndexByte(r.src[r.at+1:], c)
			if line := strings.IndexAny(r.src[r.at+1:], "\r\n\f\\"); n < 0 || line >= 0 && line < n {
				r.fail(r.at, 1, "nothing closes this string on its line", "")
				r.at = len(r.src)
				return strings.TrimSpace(b.String()), 0
			}
			b.WriteString(r.src[r.at : r.at+n+2])
			r.at += n + 2
		case strings.IndexByte(ends, c) >= 0:
			return strings.TrimSpace(b.String()), c
		default:
			b.WriteByte(c)
			r.at++
		}
	}
	return strings.TrimSpace(b.String()), 0
}
