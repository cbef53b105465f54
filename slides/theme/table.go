package theme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/yaml"
)

// kind is what a key of a theme holds. It returns the value in the form that slides.Theme has, or an
// error that says what it wants.
type kind func(r *reader, v yaml.Value) (string, error)

// Key is a row of the table of keys: its path, where * stands for any name.
type Key struct {
	Path  string
	Where Formats // in which it has an effect
	Doc   string
	kind  kind
}

// Keys returns the table of keys. A theme file of presenterm may have all of them.
func Keys() []Key {
	var out []Key
	add := func(path string, k kind, doc string) { out = append(out, Key{path, effect(path), doc, k}) }
	colors := func(path, doc string) {
		add(path+".colors.foreground", colour, "the colour of "+doc)
		add(path+".colors.background", colour, "the background of "+doc)
	}
	aligned := func(path, doc string) {
		add(path+".alignment", oneOf("left", "center", "right"), "where "+doc+" stands")
		add(path+".margin.fixed", number(0, 500), "columns at the sides of "+doc)
		add(path+".margin.percent", number(0, 100), "part of the width at the sides of "+doc)
		add(path+".minimum_margin.fixed", number(0, 500), "the least columns at the sides, if centred")
		add(path+".minimum_margin.percent", number(0, 100), "the least part of the width at the sides, if centred")
		add(path+".minimum_size", number(0, 500), "the least width of the part, if centred")
	}
	styled := func(path, doc string) {
		colors(path, doc)
		add(path+".prefix", anyText, "text before "+doc)
		add(path+".bold", yesNo, "whether "+doc+" is bold")
		add(path+".italics", yesNo, "whether "+doc+" is italic")
		add(path+".italic", yesNo, "the same as italics")
		add(path+".underlined", yesNo, "whether "+doc+" is underlined")
		add(path+".font_size", number(1, 7), "the size of "+doc+", as in the command font_size")
	}
	aligned("default", "everything")
	colors("default", "all text")
	add("palette.colors.*", plainColour, "a colour for palette:NAME")
	add("palette.classes.*.foreground", colour, "the colour of a class for <span class=NAME>")
	add("palette.classes.*.background", colour, "its background")
	aligned("slide_title", "a slide's title")
	styled("slide_title", "a slide's title")
	add("slide_title.separator", yesNo, "whether a rule stands below a slide's title")
	add("slide_title.padding_top", number(0, 20), "rows above a slide's title")
	add("slide_title.padding_bottom", number(0, 20), "rows below a slide's title")
	for i := 1; i <= 6; i++ {
		h := fmt.Sprintf("headings.h%d", i)
		aligned(h, "a heading")
		styled(h, "a heading")
	}
	aligned("code", "a block of code")
	add("code.padding.horizontal", number(0, 50), "columns at the sides of code")
	add("code.padding.vertical", number(0, 50), "rows above and below code")
	add("code.theme_name", anyText, "colours of code: a name, or a `.tmTheme` file beside the deck")
	add("code.background", yesNo, "whether code has a box")
	add("code.line_numbers", yesNo, "whether code has line numbers")
	colors("execution_output", "outputs")
	add("execution_output.padding.horizontal", number(0, 50), "columns at the sides of outputs")
	add("execution_output.padding.vertical", number(0, 50), "rows above and below outputs")
	for _, s := range []string{"running", "success", "failure", "not_started"} {
		add("execution_output.status."+s+".foreground", colour, "the colour of that outcome")
		add("execution_output.status."+s+".background", colour, "its background")
	}
	for _, e := range []string{"inline_code", "bold", "italics"} {
		colors(e, "such text")
	}
	aligned("table", "a table")
	aligned("block_quote", "a quote")
	add("block_quote.prefix", anyText, "text before each line of a quote")
	colors("block_quote", "a quote")
	add("block_quote.colors.base.foreground", colour, "the colour of a quote")
	add("block_quote.colors.base.background", colour, "the background of a quote")
	add("block_quote.colors.prefix", colour, "the colour of the text before each line")
	aligned("alert", "an alert")
	add("alert.prefix", anyText, "text before each line of an alert")
	add("alert.base_colors.foreground", colour, "the colour of an alert")
	add("alert.base_colors.background", colour, "the background of an alert")
	for _, k := range []string{"note", "tip", "important", "warning", "caution"} {
		add("alert.styles."+k+".color", colour, "the colour of the title")
		add("alert.styles."+k+".title", anyText, "the title where the deck gives none")
		add("alert.styles."+k+".icon", anyText, "the icon before the title")
	}
	add("column_layout.margin.fixed", number(0, 100), "columns between columns")
	add("column_layout.margin.percent", number(0, 100), "part of the width between columns")
	for _, e := range []string{"title", "subtitle", "event", "location", "date", "author"} {
		aligned("intro_slide."+e, "this line of the intro slide")
		colors("intro_slide."+e, "this line of the intro slide")
	}
	add("intro_slide.title.font_size", number(1, 7), "the size of the talk's title")
	add("intro_slide.author.positioning", oneOf("below_title", "page_bottom"), "where the author stands")
	add("intro_slide.footer", yesNo, "whether the intro slide has a footer")
	add("footer.style", oneOf("template", "progress_bar", "empty"), "what stands at the bottom")
	for _, side := range []string{"left", "center", "right"} {
		add("footer."+side, template, "text of the footer, with {current_slide} and the like")
		add("footer."+side+".image", anyText, "a picture of the footer: a path relative to the deck")
	}
	for _, what := range []string{"text", "title", "code"} {
		add("fonts."+what, anyText, "the font of "+map[string]string{"text": "all text", "title": "titles and headings", "code": "code and outputs"}[what]+
			": a file, relative to the deck")
	}
	add("background.image", anyText, "a picture behind all slides: a path relative to the deck")
	add("logo.image", anyText, "a picture in a corner of all slides: a path relative to the deck")
	add("logo.position", oneOf("top_left", "top_right", "bottom_left", "bottom_right"), "the corner of the logo")
	add("logo.height", number(1, 50), "the height of the logo in percent of a slide's")
	add("css", anyText, "a style sheet of the deck's own: a path relative to the deck")
	colors("footer", "the footer")
	add("footer.height", number(1, 50), "rows of the footer")
	add("footer.character", anyText, "what the bar is made of")
	return out
}

// Formats is a set of outputs.
type Formats uint8

// Outputs in which a key can have an effect.
const (
	Terminal Formats = 1 << iota
	Pages            // HTML, and PDF that a browser prints
	Paper            // PDF without a browser
	nowhere  = Formats(0)
	anywhere = Terminal | Pages | Paper
)

// String returns the formats in words.
func (f Formats) String() string {
	return map[Formats]string{nowhere: "none yet", Terminal: "terminals", Pages: "HTML, and PDF by a browser", Paper: "PDF without a browser",
		Pages | Paper: "HTML, PDF", Terminal | Pages: "terminals, HTML", anywhere: "all"}[f]
}

// effects says which outputs follow a key, by the beginning of its path and by its end. The first row
// that fits decides; the other keys have an effect everywhere.
var effects = []struct {
	prefix, suffix string
	where          Formats
}{
	{"block_quote.prefix", "", Terminal}, {"alert.prefix", "", Terminal}, // pages have a line there
	{"footer.character", "", Terminal},
	{"fonts.", "", Pages}, {"css", "", Pages}, {"background.", "", Pages | Paper}, {"logo.", "", Pages | Paper},
	{"default.colors.background", "", Terminal | Pages}, // paper is white
}

func effect(path string) Formats {
	for _, e := range effects {
		if strings.HasPrefix(path, e.prefix) && strings.HasSuffix(path, e.suffix) {
			return e.where
		}
	}
	return anywhere
}

// topLevel are the first names of the keys, and keys of presenterm that have no meaning here.
func topLevel() []string {
	out := []string{"extends", "light", "dark", "mermaid", "typst", "d2", "modals", "layout_grid", "pty_output", "execution_output"}
	for _, k := range Keys() {
		name, _, _ := strings.Cut(k.Path, ".")
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// table finds the kind of a key by its path.
type table map[string]kind

// known is made when a deck first has a theme: an author's every save asks for it.
var known = sync.OnceValue(func() table {
	t := table{}
	for _, k := range Keys() {
		t[k.Path] = k.kind
	}
	return t
})

func (t table) find(path []string) kind {
	if k := t[strings.Join(path, ".")]; k != nil {
		return k
	}
	if len(path) < 3 || path[0] != "palette" {
		return nil
	}
	any := append(slices.Clone(path[:2]), "*")
	return t[strings.Join(append(any, path[3:]...), ".")]
}

func number(lo, hi int) kind {
	return func(_ *reader, v yaml.Value) (string, error) {
		n, err := v.Int(lo, hi)
		return strconv.Itoa(n), err
	}
}

func yesNo(_ *reader, v yaml.Value) (string, error) {
	b, err := v.Bool()
	return strconv.FormatBool(b), err
}

func oneOf(words ...string) kind {
	return func(_ *reader, v yaml.Value) (string, error) {
		s, err := v.Scalar()
		if err == nil && !slices.Contains(words, s) {
			err = fmt.Errorf("want %s, got %q", strings.Join(words, " or "), s)
		}
		return s, err
	}
}

// maxText bounds a text of a theme, in characters.
const maxText = 200

func anyText(_ *reader, v yaml.Value) (string, error) {
	s, err := v.Scalar()
	switch {
	case err != nil:
	case utf8.RuneCountInString(s) > maxText:
		err = fmt.Errorf("want at most %d characters", maxText)
	case text.Cells(s) != s:
		err = fmt.Errorf("want text without control characters")
	}
	return s, err
}

// template checks what braces may hold. The text keeps them.
func template(_ *reader, v yaml.Value) (string, error) {
	s, err := v.Scalar()
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(strings.TrimSpace(s), "\r\n") {
		return "", fmt.Errorf("want one line")
	}
	_, err = Expand(s, func(string) (string, error) { return "", nil })
	return strings.TrimSpace(s), err
}

// ColorNames returns the names of the 16 colours that decks and themes can name.
func ColorNames() []string { return slices.Clone(names) }

var names = []string{"black", "white", "grey", "dark_grey", "red", "dark_red", "green", "dark_green", "blue", "dark_blue",
	"yellow", "dark_yellow", "magenta", "dark_magenta", "cyan", "dark_cyan"}

// plainColour reads a colour that is none of the palette.
func plainColour(_ *reader, v yaml.Value) (string, error) {
	if _, err := v.Scalar(); err != nil {
		return "", err
	}
	s := v.Text // as written: 040312 is no number here
	switch {
	case slices.Contains(names, s):
		return s, nil
	case strings.HasPrefix(s, "#"):
		return "", fmt.Errorf("colours in themes have no #; write %s", strings.TrimPrefix(s, "#"))
	case strings.HasPrefix(s, "palette:"), strings.HasPrefix(s, "p:"):
		return "", fmt.Errorf("a colour of the palette cannot be another colour of it")
	}
	if _, err := strconv.ParseUint(s, 16, 32); err == nil && len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	if _, err := strconv.ParseUint(s, 16, 32); err != nil || len(s) != 6 {
		return "", &hinted{fmt.Sprintf("%q is not a colour", v.Text), text.Suggest(s, "3 or 6 hexadecimal digits, palette:NAME, or one of ", names)}
	}
	return "#" + strings.ToLower(s), nil
}

// colour reads a colour, perhaps of the palette: that is looked up when the theme is complete.
func colour(_ *reader, v yaml.Value) (string, error) {
	if name, ok := PaletteName(v.Text); ok && v.Kind == yaml.String {
		return "palette:" + name, nil
	}
	return plainColour(nil, v)
}

// PaletteName returns the name in palette:NAME.
func PaletteName(s string) (string, bool) {
	for _, prefix := range []string{"palette:", "p:"} {
		if name, ok := strings.CutPrefix(s, prefix); ok && name != "" {
			return name, true
		}
	}
	return "", false
}

// hinted is an error with a hint of its own.
type hinted struct{ msg, hint string }

func (h *hinted) Error() string { return h.msg }
