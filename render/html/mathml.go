package html

import (
	"html"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// A tool makes MathML of a formula, and what a tool prints of a stranger's deck is hostile. So it never
// reaches the page as it is: it is read by the strict rules below and written anew, from elements and
// attributes of a list. Whatever else is in it, even if it does no harm, makes it no formula.

// mathElements are the elements of formulas. None of them loads anything, links or runs.
var mathElements = map[string]markup{
	"math": "math", "mrow": "mrow", "mi": "mi", "mn": "mn", "mo": "mo", "ms": "ms", "mtext": "mtext", "mspace": "mspace",
	"msup": "msup", "msub": "msub", "msubsup": "msubsup", "munder": "munder", "mover": "mover", "munderover": "munderover",
	"mfrac": "mfrac", "msqrt": "msqrt", "mroot": "mroot", "mtable": "mtable", "mtr": "mtr", "mtd": "mtd", "mfenced": "mfenced",
	"menclose": "menclose", "mpadded": "mpadded", "mphantom": "mphantom", "mstyle": "mstyle", "mmultiscripts": "mmultiscripts",
	"mprescripts": "mprescripts", "none": "none", "semantics": "semantics",
}

// mathSource is an element that is left out with what is in it: what the formula was made of.
const mathSource = "annotation"

// mathAttributes are the attributes that formulas keep. Their values are words, numbers, lengths and brackets.
var mathAttributes = map[string]markup{
	"display": "display", "displaystyle": "displaystyle", "scriptlevel": "scriptlevel", "mathvariant": "mathvariant",
	"stretchy": "stretchy", "fence": "fence", "separator": "separator", "form": "form", "lspace": "lspace", "rspace": "rspace",
	"minsize": "minsize", "maxsize": "maxsize", "symmetric": "symmetric", "largeop": "largeop", "movablelimits": "movablelimits",
	"accent": "accent", "accentunder": "accentunder", "linethickness": "linethickness", "width": "width", "height": "height",
	"depth": "depth", "voffset": "voffset", "columnalign": "columnalign", "rowalign": "rowalign", "columnspacing": "columnspacing",
	"rowspacing": "rowspacing", "columnspan": "columnspan", "rowspan": "rowspan", "columnlines": "columnlines",
	"rowlines": "rowlines", "notation": "notation", "open": "open", "close": "close", "separators": "separators",
}

// mathDepth is how deep elements may be in each other.
const mathDepth = 100

// mathToken is a piece of a formula: a start tag, an end tag, or text.
type mathToken struct {
	tag   markup // "": text
	end   bool
	attrs []mathAttr
	text  string
}

type mathAttr struct {
	name  markup
	value string
}

// mathTokens reads MathML; false if it is not what the lists know.
func mathTokens(in []byte) (out []mathToken, ok bool) {
	var open []string
	dropped := 0 // how many elements are open from the outermost that is left out
	rest := string(in)
	for rest != "" {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			at = len(rest)
		}
		if words := rest[:at]; dropped == 0 && words != "" {
			if len(open) > 0 {
				out = append(out, mathToken{text: visible(html.UnescapeString(words))})
			} else if strings.TrimSpace(words) != "" {
				return nil, false
			}
		}
		if rest = rest[at:]; rest == "" {
			break
		}
		tag, behind, found := strings.Cut(rest[1:], ">")
		if !found {
			return nil, false
		}
		rest = behind
		if name, end := strings.CutPrefix(tag, "/"); end {
			name = strings.TrimSpace(name)
			if len(open) == 0 || open[len(open)-1] != name {
				return nil, false
			}
			open = open[:len(open)-1]
			if dropped == 0 {
				out = append(out, mathToken{tag: mathElements[name], end: true})
			} else {
				dropped--
			}
			continue
		}
		tag, empty := strings.CutSuffix(tag, "/")
		name, attrs, ok := mathTag(tag)
		if !ok || len(open) >= mathDepth || (name == "math") != (len(out) == 0) || len(open) == 0 && len(out) > 0 {
			return nil, false
		}
		switch {
		case dropped > 0, name == mathSource:
			if !empty {
				dropped++
			}
		case mathElements[name] == "":
			return nil, false
		default:
			out = append(out, mathToken{tag: mathElements[name], attrs: attrs})
			if empty {
				out = append(out, mathToken{tag: mathElements[name], end: true})
			}
		}
		if !empty {
			open = append(open, name)
		}
	}
	return out, len(open) == 0 && len(out) > 0
}

// mathTag reads a start tag. Attributes that are not in the list are left out.
func mathTag(tag string) (name string, attrs []mathAttr, ok bool) {
	name, tag = mathName(tag)
	for {
		tag = strings.TrimLeft(tag, " \t\r\n")
		if tag == "" {
			return name, attrs, name != ""
		}
		attr, rest := mathName(tag)
		if attr == "" || len(rest) < 3 || rest[0] != '=' || rest[1] != '"' && rest[1] != '\'' {
			return "", nil, false
		}
		value, behind, found := strings.Cut(rest[2:], rest[1:2])
		if !found {
			return "", nil, false
		}
		if tag = behind; mathAttributes[attr] != "" {
			attrs = append(attrs, mathAttr{mathAttributes[attr], visible(html.UnescapeString(value))})
		}
	}
}

// mathName cuts a name off.
func mathName(s string) (name, rest string) {
	rest = strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-:")
	return s[:len(s)-len(rest)], rest
}

// formula writes a formula anew.
func (b *builder) formula(tokens []mathToken) {
	for _, t := range tokens {
		switch {
		case t.tag == "":
			b.text(t.text)
		case t.end:
			b.raw("</")
			b.raw(t.tag)
			b.raw(">")
		default:
			b.raw("<")
			b.raw(t.tag)
			for _, a := range t.attrs {
				b.attr(a.name, a.value)
			}
			b.raw(">")
		}
	}
}

// visible leaves out characters that no formula has: those that act, and those that turn text around.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && text.Acts(r) || text.Reorders(r) {
			return -1
		}
		return r
	}, s)
}

// drawable reports whether the page has something to show in place of code with +render.
func (p *Page) drawable(s *slides.Snippet, r slides.Result) bool {
	if slides.Judge(s, r).Ruling != slides.Good {
		return false
	}
	if in := r.Formula(); in != nil {
		_, ok := mathTokens(in)
		return ok
	}
	_, _, err := r.Picture()
	return err == nil
}

// math writes a formula within a line: as MathML or a picture, or else as it was written.
func (b *builder) math(n *slides.Math) {
	if n.Snippet == nil {
		b.text(n.Text)
		return
	}
	r := b.page.view.Result(n.Snippet)
	defer b.vary(len(b.buf))
	switch {
	case !b.page.drawable(n.Snippet, r):
		b.raw("<code")
		if why := mathProblem(n.Snippet, r); why != "" {
			b.attr("title", why)
		}
		b.raw(">")
		b.code(n.Text)
		b.raw("</code>")
	case r.Formula() != nil:
		tokens, _ := mathTokens(r.Formula())
		b.formula(tokens)
	default:
		data, p, _ := render.PictureOf(n.Snippet, r)
		b.raw(`<span class="ink">`)
		b.img(picture{Picture: p, data: data, alt: n.Text})
		b.raw("</span>")
	}
}

// mathProblem says why a formula within a line is not drawn, "" if nothing is known yet.
func mathProblem(s *slides.Snippet, r slides.Result) string {
	if r.State != slides.Done {
		return ""
	}
	words := []string{render.Verdict(s, r)}
	if why, try := render.Why(s, r, slides.BySlide); why+try != "" {
		words = append(words, why, try)
	}
	words = append(words, string(r.Readable(s).Placed(s, slides.BySlide).Bytes()))
	return text.Line(strings.Join(strings.Fields(strings.Join(words, " ")), " "))
}
