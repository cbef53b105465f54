package html

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// A theme's colours become custom properties, by Page.tokens. What it says of single elements becomes
// rules after slidexec's own: here is the table. Values come from a slides.Theme, which holds nothing
// unchecked; text is quoted all the same.

// part is an element that a theme can style: the theme's path to it and a selector.
type part struct{ path, selector string }

var styledParts = []part{
	{"slide_title", ".t"}, {"headings.h1", ".h1"}, {"headings.h2", ".h2"}, {"headings.h3", ".h3"}, {"headings.h4", ".h4"},
	{"headings.h5", ".h5"}, {"headings.h6", ".h6"}, {"inline_code", ":not(pre)>code"}, {"bold", "strong"}, {"italics", "em"},
	{"block_quote", "blockquote"}, {"intro_slide.title", ".intro>.t"}, {"intro_slide.subtitle", ".intro>.sub"},
	{"intro_slide.author", ".intro>.who"}, {"execution_output", ".out"}, {"footer", "footer.made"},
}

// properties of styled parts: the end of a path, and the declaration for its value.
var partStyles = []struct {
	key  string
	rule func(value string) string
}{
	{"colors.foreground", func(v string) string { return "color:" + colour(v) }},
	{"colors.background", func(v string) string { return "background:" + colour(v) }},
	{"colors.base.foreground", func(v string) string { return "color:" + colour(v) }},
	{"colors.base.background", func(v string) string { return "background:" + colour(v) }},
	{"colors.prefix", func(v string) string { return "border-color:" + colour(v) }},
	{"bold", func(v string) string { return "font-weight:" + map[string]string{"true": "700", "false": "400"}[v] }},
	{"italics", func(v string) string {
		return "font-style:" + map[string]string{"true": "italic", "false": "normal"}[v]
	}},
	{"italic", func(v string) string {
		return "font-style:" + map[string]string{"true": "italic", "false": "normal"}[v]
	}},
	{"underlined", func(v string) string {
		return "text-decoration:" + map[string]string{"true": "underline", "false": "none"}[v]
	}},
}

// colour returns a colour of a theme for CSS: a hexadecimal one, or one of the page's 16.
func colour(v string) string {
	if n, ok := render.ParseColor(v).Index(); ok {
		return fmt.Sprintf("var(--a%d)", n)
	}
	return render.ParseColor(v).Hex()
}

// quoteCSS returns text as a string of CSS.
func quoteCSS(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		fmt.Fprintf(&b, `\%x `, r)
	}
	b.WriteByte('"')
	return b.String()
}

// look returns the style sheet of the deck's theme: its colours, and its rules for single elements. Those
// of a dark theme are for its dark colours: paper is white, and a reader may choose light ones.
func (p *Page) look() string {
	rules := elementRules(p.view.Deck.Meta.Look)
	if p.darkest && rules != "" {
		rules = "@media screen{:root:not(.light){\n" + rules + "}}\n"
	}
	return p.tokens() + rules
}

func elementRules(t *slides.Theme) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	rule := func(selector, declarations string) { b.WriteString(selector + "{" + declarations + "}\n") }
	for _, el := range styledParts {
		var decl []string
		for _, s := range partStyles {
			if v := t.Value(el.path + "." + s.key); v != "" {
				decl = append(decl, s.rule(v))
			}
		}
		if len(decl) > 0 {
			rule(el.selector, strings.Join(decl, ";"))
		}
		if v := t.Value(el.path + ".prefix"); v != "" && el.path != "block_quote" {
			rule(el.selector+"::before", "content:"+quoteCSS(v+" "))
		}
	}
	if v := t.Number("default.margin.percent", 0); v > 0 {
		rule(".slide", fmt.Sprintf("--ph:max(2vw,%dvw)", min(v, 40)))
	}
	if t.Is("slide_title.separator", false) {
		rule(".t:not(.say .t,.intro .t)", "border-bottom:1px solid var(--line);padding-bottom:.2em")
	}
	if v := t.Alignment("code.alignment"); v == slides.AlignCenter {
		rule(".box:not(.out)", "width:fit-content;max-width:100%;min-width:min(100%,"+fmt.Sprint(max(t.Number("code.minimum_size", 0), 20))+"ch);align-self:center")
	}
	for _, k := range []string{"note", "tip", "important", "warning", "caution"} {
		if v := t.Value("alert.styles." + k + ".color"); v != "" {
			rule("."+k, "--k:"+colour(v))
		}
	}
	switch t.Value("footer.style") {
	case "progress_bar":
		if v := t.Value("footer.colors.foreground"); v != "" {
			rule("#bar", "background:"+colour(v))
		}
	case "template", "empty":
		rule("#bar", "display:none")
	}
	return b.String()
}
