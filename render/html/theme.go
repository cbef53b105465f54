package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
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
	{"block_quote", ".body blockquote"}, {"intro_slide.title", ".intro>.t"}, {"intro_slide.subtitle", ".intro>.sub"},
	{"intro_slide.author", ".intro>.who"}, {"intro_slide.event", ".intro .ev"}, {"intro_slide.location", ".intro .lo"},
	{"intro_slide.date", ".intro .da"}, {"execution_output", ".out"}, {"footer", "footer.made"}, {"alert", ".body .alert"},
}

// placedParts are the elements that have a place of their own, and whether they are blocks that become as
// wide as their content when they are centred, or lines of text.
var placedParts = []struct {
	part
	block bool
}{
	{part{"slide_title", ".t:not(.intro>.t)"}, false}, {part{"headings.h1", ".h1"}, false}, {part{"headings.h2", ".h2"}, false},
	{part{"headings.h3", ".h3"}, false}, {part{"headings.h4", ".h4"}, false}, {part{"headings.h5", ".h5"}, false},
	{part{"headings.h6", ".h6"}, false}, {part{"code", ".body .box"}, true}, {part{"table", ".body .tw"}, false},
	{part{"block_quote", ".body blockquote"}, true}, {part{"alert", ".body .alert"}, true},
	{part{"intro_slide.title", ".body .intro>.t"}, false}, {part{"intro_slide.subtitle", ".body .intro>.sub"}, false},
	{part{"intro_slide.event", ".body .intro>.ev"}, false}, {part{"intro_slide.location", ".body .intro>.lo"}, false},
	{part{"intro_slide.date", ".body .intro>.da"}, false}, {part{"intro_slide.author", ".body .intro>.who"}, false},
}

// partColours are the colours of styled parts: the end of a path, the property, and what it is on screens for
// which the theme has no such colour.
var partColours = []struct{ key, property, or string }{
	{"base_colors.foreground", "color", "var(--text)"}, {"base_colors.background", "background", "var(--panel)"},
	{"colors.base.foreground", "color", "var(--text)"}, {"colors.base.background", "background", "transparent"},
	{"colors.foreground", "color", "var(--text)"}, {"colors.background", "background", "transparent"},
	{"colors.prefix", "border-color", "var(--accent)"},
}

// shades returns a colour of a theme as CSS, "" if it has none. In a theme with colours for light and for dark
// screens, or is the colour where one of them lacks it.
func shades(t *slides.Theme, path, or string) string {
	if t.Light == nil {
		if v := t.Value(path); v != "" {
			return colour(v)
		}
		return ""
	}
	light, dark := t.Light.Value(path), t.Dark.Value(path)
	if light == "" && dark == "" {
		return ""
	}
	both := [2]string{or, or}
	for i, v := range []string{light, dark} {
		if v != "" {
			both[i] = colour(v)
		}
	}
	return lightDark(both[0], both[1])
}

// properties of styled parts: the end of a path, and the declaration for its value.
var partStyles = []struct {
	key  string
	rule func(value string) string
}{
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

// look returns the style sheet of the deck's theme: its colours, and its rules for single elements. The
// colours of a dark theme are for screens: paper is white, and a reader may choose light ones.
func (p *Page) look() string { return p.worn() }

func (p *Page) drawLook() string {
	t := p.view.Deck.Meta.Look
	if t == nil {
		return p.tokens()
	}
	var places, colours rules
	places.places(t)
	places.measures(t)
	colours.colours(t)
	colours.outcomes(p)
	all := colours.String()
	if p.darkest && all != "" {
		all = "@media screen{:root:not(.light){\n" + all + "}}\n"
	}
	var files rules
	files.files(p, t)
	return p.tokens() + p.codeRules() + places.String() + all + files.String()
}

// codeRules returns the rules for code whose colours the theme chooses by name: within the box, the page's
// colours are those of the code.
func (p *Page) codeRules() string {
	if p.light.Code == p.dark.Code && p.dark.Code == (render.CodeColors{}) {
		return ""
	}
	var both, old strings.Builder
	light, dark := codeProperties(&p.light), codeProperties(&p.dark)
	for i, t := range light {
		fmt.Fprintf(&both, "--%s:%s;", t.name, lightDark(t.hex, dark[i].hex))
		fmt.Fprintf(&old, "--%s:%s;", t.name, t.hex)
	}
	const box = ".box:not(.out)>.in"
	rules := box + "{" + both.String() + "background:var(--panel);color:var(--text)}\n" +
		"@supports not (color:light-dark(#000,#fff)){" + box + "{" + old.String() + "}}\n"
	if p.light.BareCode() && p.dark.BareCode() {
		rules += ".bare:not(.out)>.in{background:none}\n"
	} else { // code without a box keeps its ground
		rules += ".bare:not(.out)>.in{padding:.45em .6em}\n"
	}
	return rules
}

// codeProperties are the colours of code under the names of the page's.
func codeProperties(pal *render.Palette) []property {
	c := pal.CodeColors()
	var out []property
	for _, t := range []struct {
		name  string
		color render.Color
	}{
		{"panel", c.Background}, {"text", c.Text}, {"dim", c.Comment}, {"key", c.Keyword}, {"str", c.String},
		{"fn", c.Function}, {"num", c.Number}, {"type", c.Type}, {"err", pal.Class(code.Deleted)},
	} {
		out = append(out, property{t.name, pal.RGB(t.color).Hex()})
	}
	return out
}

// rules are rules of a style sheet.
type rules struct{ strings.Builder }

// add adds a rule. Declarations that are empty are left out, and so is a rule without any.
func (r *rules) add(selector string, declarations ...string) {
	declarations = slices.DeleteFunc(declarations, func(s string) bool { return s == "" })
	if len(declarations) > 0 {
		r.WriteString(selector + "{" + strings.Join(declarations, ";") + "}\n")
	}
}

// colours adds the colours and the weight of elements.
func (r *rules) colours(t *slides.Theme) {
	for _, el := range styledParts {
		var decl []string
		for _, c := range partColours {
			if v := shades(t, el.path+"."+c.key, c.or); v != "" {
				decl = append(decl, c.property+":"+v)
			}
		}
		for _, s := range partStyles {
			if v := t.Value(el.path + "." + s.key); v != "" {
				decl = append(decl, s.rule(v))
			}
		}
		r.add(el.selector, decl...)
	}
	for _, k := range slices.Sorted(maps.Keys(alerts)) {
		if v := shades(t, "alert.styles."+k+".color", "var(--accent)"); v != "" {
			r.add("."+k, "--k:"+v)
		}
	}
	if v := shades(t, "footer.colors.foreground", "var(--accent)"); v != "" && t.Value("footer.style") == "progress_bar" {
		r.add("#bar", "background:"+v)
	}
}

// outcomes adds the colours of how runs end.
func (r *rules) outcomes(p *Page) {
	for o, name := range render.OutcomeNames() {
		selector := ".out." + o.String()
		if o == render.None {
			selector = ".out:not(.good,.bad,.busy,.note)"
		}
		t, path := p.view.Deck.Meta.Look, "execution_output.status."+name
		if shades(t, path+".foreground", "x") != "" {
			fg := lightDark(p.light.Outcome(o).Hex(), p.dark.Outcome(o).Hex())
			r.add(selector, "--e:"+fg)
			r.add(selector+">figcaption>.st", "color:"+fg)
		}
		if bg := shades(t, path+".background", "transparent"); bg != "" {
			r.add(selector+">figcaption>.st", "background:"+bg)
		}
	}
}

// cells returns a number of a terminal's columns as CSS: a slide has about 88 of them.
func columnsCSS(n int) string { return fmt.Sprintf("%d*.43*var(--unit)", n) }

// of returns a length as CSS, of a width that is 100%.
func of(l slides.Length, whole string) string {
	switch {
	case l.Percent == 0:
		return "calc(" + columnsCSS(l.Fixed) + ")"
	case l.Fixed == 0 && whole == "100%":
		return fmt.Sprintf("%d%%", l.Percent)
	}
	return fmt.Sprintf("calc(%s + %d*%s/100)", columnsCSS(l.Fixed), l.Percent, whole)
}

// places adds where elements stand.
func (r *rules) places(t *slides.Theme) {
	for _, el := range placedParts {
		own := t.Alignment(el.path + ".alignment")
		at := t.Position(el.path)
		text := strings.HasPrefix(el.path, "intro_slide.")
		if text && own == slides.AlignDefault {
			at.Align, at.Margin = own, t.Length(el.path+".margin")
		}
		margin := ""
		if at.Margin != (slides.Length{}) {
			margin = of(at.Margin, "100%")
		}
		side := margin
		if margin != "" && at.Align == slides.AlignCenter {
			side = "clamp(0px," + margin + ",max(0px,50% - " + columnsCSS(at.Size) + "/2))"
		}
		switch {
		case el.block && own != slides.AlignDefault && own != slides.AlignLeft:
			selector := el.selector
			if el.path == "code" {
				selector += ":not(.out)"
				r.outputs(side)
			}
			r.add(selector, "width:fit-content", "text-align:start", "max-width:"+cmp.Or(inset(margin), "100%"),
				"min-width:min(100%,"+calc(columnsCSS(at.Size))+")",
				"align-self:"+map[slides.Align]string{slides.AlignCenter: "center", slides.AlignRight: "end"}[own],
				map[bool]string{true: "margin-inline:" + side}[side != "" && own == slides.AlignRight])
		case side != "":
			r.add(el.selector, "margin-inline:"+side)
		}
		if text && own != slides.AlignDefault {
			r.add(el.selector, "text-align:"+map[slides.Align]string{slides.AlignLeft: "left", slides.AlignCenter: "center", slides.AlignRight: "right"}[own])
		}
	}
}

// outputs gives boxes of outputs their margins, where code is as wide as its longest line.
func (r *rules) outputs(side string) {
	if side != "" {
		r.add(".body .out", "margin-inline:"+side)
	}
}

func calc(sum string) string { return "calc(" + sum + ")" }

func inset(margin string) string {
	if margin == "" {
		return ""
	}
	return "calc(100% - 2*" + margin + ")"
}

// measures adds sizes, prefixes and what else is neither colour nor place.
func (r *rules) measures(t *slides.Theme) {
	for _, el := range styledParts {
		if v := t.Value(el.path + ".prefix"); v != "" && el.path != "block_quote" && el.path != "alert" {
			selector := el.selector
			if el.path == "slide_title" {
				selector += ":not(.intro>.t)" // the talk's title is none of a slide's
			}
			r.add(selector+"::before", "content:"+quoteCSS(v+" "))
		}
	}
	if at := t.Position("default"); at.Margin != (slides.Length{}) {
		margin := of(at.Margin, "var(--page)")
		if at.Align == slides.AlignCenter && at.Size > 0 {
			margin = "min(" + margin + ",(var(--page) - " + columnsCSS(at.Size) + ")/2)"
		}
		r.add(".slide", "--ph:max(2vw,min(40vw,"+margin+"))")
	}
	if t.Is("slide_title.separator", false) {
		r.add(".t:not(.say .t,.intro .t)", "border-bottom:1px solid var(--line)", "padding-bottom:.2em")
	}
	for side, key := range map[string]string{"top": "slide_title.padding_top", "bottom": "slide_title.padding_bottom"} {
		if n := t.Number(key, 0); n > 0 {
			r.add(".t:not(.intro .t)", fmt.Sprintf("padding-%s:calc(%d*1.4*var(--unit))", side, n))
		}
	}
	for path, selector := range map[string]string{"code": ".box:not(.out) pre", "execution_output": ".out pre"} {
		x, y := t.Number(path+".padding.horizontal", 0), t.Number(path+".padding.vertical", 0)
		if x > 0 || y > 0 {
			r.add(selector, fmt.Sprintf("padding:%dlh %dch", y, x))
		}
	}
	pad := max(t.Number("code.padding.horizontal", 0), t.Number("execution_output.padding.horizontal", 0))
	body := []string{map[bool]string{true: fmt.Sprintf("--kp:%d", 2*pad)}[pad > 0]}
	if l := t.Position("code").Margin; l != (slides.Length{}) {
		body = append(body, "--km:"+of(l, "(var(--page) - 2*var(--ph))"))
	}
	if t.Value("column_layout.margin.fixed") != "" || t.Value("column_layout.margin.percent") != "" {
		body = append(body, "--cg:"+of(t.Length("column_layout.margin"), "(var(--page) - 2*var(--ph))"))
	}
	r.add(".body", body...)
	if n := t.Number("intro_slide.title.font_size", 0); n > 0 {
		r.add(".intro>.t", "font-size:calc(1.6em*"+sizes[min(n, len(sizes)-1)]+")")
	}
	if t.Value("intro_slide.author.positioning") == "page_bottom" {
		r.add(".intro>.t", "margin-top:auto")
		r.add(".intro>.who", "order:9", "margin-top:auto")
	}
	if n := t.Number("footer.height", 0); n > 0 {
		r.add("footer.made", fmt.Sprintf("min-height:calc(%d*1.4em + 2.55em)", n), "align-items:center")
		r.add(".made img", fmt.Sprintf("height:calc(%d*1.4em)", n))
	}
	if s := t.Value("footer.style"); s == "template" || s == "empty" {
		r.add("#bar", "display:none")
	}
}

// apart reports whether the lines of the intro slide about where and when stand on their own: the theme
// says something of one.
func apart(t *slides.Theme) bool {
	for _, what := range []string{"event", "location", "date"} {
		path := "intro_slide." + what
		if t.Alignment(path+".alignment") != slides.AlignDefault || t.Length(path+".margin") != (slides.Length{}) ||
			t.Either(path+".colors") != (slides.Colors{}) {
			return true
		}
	}
	return false
}
