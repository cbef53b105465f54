package theme

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
)

var update = flag.Bool("update", false, "write docs/themes.md anew")

// TestReference compares the page about themes with the table of keys.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString(intro)
	for _, n := range Names() {
		fmt.Fprintf(&b, "`%s`", n)
		if n != Names()[len(Names())-1] {
			b.WriteString(", ")
		}
	}
	b.WriteString(".\n" + codeIntro)
	for i, n := range CodeNames() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "`%s`", n)
	}
	b.WriteString(".\n" + rest)
	for _, k := range Keys() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Path, k.Where, k.Doc)
	}
	golden.Check(t, *update, "../../docs/themes.md", b.String())
}

const codeIntro = `
## Colours of code

` + "`code: {theme_name: NAME}`" + ` in a theme or an override chooses the colours of code apart from those of the slides. NAME is one
of the names below, which other programs use too and whose colours here are our own; a file ` + "`NAME.tmTheme`" + ` beside the
deck, with its path relative to the deck; or NAME of your own file ` + "`presenterm/themes/highlighting/NAME.tmTheme`" + ` in the
folder of your configurations. Such files are themes of TextMate, as Sublime Text, bat and others have them: property
lists in XML of at most 1 MiB. Of their scopes count comments, keywords, strings, functions, numbers and types; a scope
that is for one language only does not count. Every colour is moved until its contrast with the box of the code is at
least 4.5:1. Where the box is dark and the slide light, or the other way round, code keeps its box even if a block has
` + "`+no_background`" + `; ` + "`code: {background: false}`" + ` puts all code on the slide. An open page and ` + "`present`" + ` follow edits of a
file beside the deck. On paper, the slides of a dark theme have the light colours of code too.

The built-in names: `

const intro = `# Themes

A deck names its theme in the front matter. The theme is one of the built-in ones, one of your own, or a file beside
the deck, and the deck may change parts of it:

` + "```yaml" + `
theme:
  name: tokyonight-storm     # or path: mine.yaml, relative to the deck
  override:
    palette:
      classes:
        hot: {foreground: red}
    footer:
      style: template
      left: "**{author}**"
      center: {image: logo.png}
      right: "{current_slide} / {total_slides}"
` + "```" + `

` + "`slidexec themes` lists the built-in themes, and `slidexec themes NAME` shows one. `render`, `serve` and `present` take\n`--theme NAME`, " + `which comes before the theme that the deck names; what the deck overrides stays. A deck that names no
theme has the one of ` + "`defaults: {theme: NAME}`" + ` in the configuration of presenterm, if there is one, or else colours for
a light and for a dark screen. A theme has one set of colours, or one for light and one for dark screens (below); on paper, a dark one is light.

Theme files are those of presenterm. ` + "`extends: NAME`" + ` builds a theme on another one. Your own themes are the files
` + "`presenterm/themes/NAME.yaml`" + ` in the folder of your configurations. An open page and ` + "`present`" + ` follow edits of a theme
file beside the deck. Built-in themes have the names of presenterm's and colours of their own, and every text of
theirs has a contrast of at least 4.5:1; colours of text that a theme leaves out are moved until they have it.

The built-in themes: `

const rest = `
## Colours

A colour is one of 16 names (black, white, grey, red, green, blue, yellow, magenta, cyan, and dark_ before the last
seven), 3 or 6 hexadecimal digits without #, or ` + "`palette:NAME`" + `. The built-in themes have the palette colours red,
orange, yellow, green, cyan, blue, light_blue, purple, gray, light_gray and blue_gray. In a deck,
` + "`<span style=\"color: palette:red\">` and `<span class=\"hot\">`" + ` use the palette. A name that it lacks is an error at its place.

## Footers

The text of a footer is Markdown within a line. It may have ` + "`{current_slide}`, `{total_slides}`, `{author}`, `{title}`,\n`{sub_title}`, `{event}`, `{location}` and `{date}`; `{{` and `}}`" + ` are the braces themselves. The intro slide has a footer
if ` + "`intro_slide: {footer: true}`" + ` says so. A terminal that shows no pictures leaves out those of a footer.

## Light and dark

Under ` + "`light` and `dark`" + `, a theme has colours for light and for dark screens: the name of a theme, or colours over those
that it has for both. Terminals choose by their background, pages by the reader's system or the reader's key, and
paper has the light ones. Nothing but colours can differ. A ` + "`<span>`" + ` has one colour, which is made readable on both.

` + "```yaml\nextends: light\nlight: catppuccin-latte\ndark:\n  extends: catppuccin-mocha\n  slide_title: {colors: {foreground: palette:orange}}\n```" + `

## Fonts, pictures and a style sheet

For pages and PDF, a theme can name files of the deck's folder:

` + "```yaml\nfonts: {text: inter.woff2, code: mono.woff2}\nlogo: {image: logo.svg, position: top_right, height: 7}\nbackground: {image: paper.jpg}\ncss: style.css\n```" + `

A page has them within itself, and loads nothing. While a talk is shown, an edit of any of them shows at once.

The style sheet dresses what the deck's author wrote: the elements and classes of a slide, such as ` + "`.t`" + ` for titles, ` + "`.h1` to\n`.h6`, `p`, `li`, `blockquote`, `.alert`, `table`, `.cols`, `.body` and `.intro`" + `. It can set fonts, colours, backgrounds,
borders, and sizes and spaces that are not negative, also under ` + "`@media`, `@supports` and `@container`" + `. It cannot load,
move, cover or hide anything, and it does not reach outputs, the words about how a program ended and whether it was
confined, and buttons. What it may not have is a mistake at its place, and then none of it applies. Browsers from
before ` + "`@scope`" + ` (Chrome 118, Safari 17.4, Firefox 146) leave it out.

## Keys

A name at the top of a theme that is not here is an error; further down, unknown names are left alone.

| key | has effect in | what it is |
|---|---|---|
`
