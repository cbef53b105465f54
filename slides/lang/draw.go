package lang

import (
	"slices"
	"strings"
)

// Some languages describe a picture: a diagram or a formula. A way to draw it is a Language without a
// name of its own in decks: its Name is that of the tool, its last step reads File and prints one SVG.
// The ways of a language are tried in their order, and the first whose commands are all there draws.

// Draws reports whether code in the language can be drawn, given a tool for it.
func (l Language) Draws() bool { return len(l.Drawers) > 0 }

// Drawn returns the languages that can be drawn, in alphabetical order.
func Drawn() []Language {
	return slices.DeleteFunc(slices.Clone(table), func(l Language) bool { return !l.Draws() })
}

// DrawnNames returns the names of those languages.
func DrawnNames() []string {
	var out []string
	for _, l := range Drawn() {
		out = append(out, l.Name)
	}
	return out
}

// Tools names what draws the language, for people: "mmdr or mmdc".
func (l Language) Tools() string {
	var out []string
	for _, w := range l.Drawers {
		out = append(out, w.Name)
	}
	return strings.Join(out, " or ")
}

// Tool is the command of a way to draw that has to be installed for it first.
func (l Language) Tool() string {
	first, _, _ := strings.Cut(slices.Concat(l.Needs, []string{l.Steps[0][0]})[0], "|")
	return first
}

// Source returns the content of the file that the language's commands read, and how many of its lines come
// before the code.
func (l Language) Source(code string) (source string, before int) {
	if l.Before == "" && l.After == "" {
		return code, 0
	}
	if l.Whole != "" {
		for line := range strings.Lines(code) {
			if strings.HasPrefix(strings.TrimLeft(line, " \t"), l.Whole) {
				return code, 0
			}
		}
	}
	return l.Before + strings.TrimSuffix(code, "\n") + l.After + "\n", strings.Count(l.Before, "\n")
}

// script is a step of several commands. $1 is the file; everything else goes to a folder that vanishes.
func script(text, file string) [][]string {
	return [][]string{{"sh", "-euc", "deck=$PWD; cd \"${TMPDIR:-/tmp}\"\n" + text, "draw", "$pwd/" + file}}
}

// page is what Typst needs to draw a page of the size of what is on it. It has a line of its own, because
// marks such as that of a heading count at the beginning of a line only.
const page = "#set page(width: auto, height: auto, margin: 8pt)\n"

var (
	d2Drawers = []Language{
		{Name: "d2", File: "diagram.d2", Steps: [][]string{{"d2", "--pad=8", "--scale=1", "$pwd/diagram.d2", "-"}}},
	}

	dotDrawers = []Language{
		{Name: "dot", File: "diagram.dot", Steps: [][]string{{"dot", "-Tsvg", "$pwd/diagram.dot"}}},
	}

	mermaidDrawers = []Language{
		{Name: "mmdr", File: "diagram.mmd", Steps: [][]string{{"mmdr", "--input", "$pwd/diagram.mmd", "--outputFormat", "svg"}}},
		{
			// It starts a browser, whose own sandbox finds no place in ours, and labels that are HTML are shown by browsers alone.
			Name: "mmdc", File: "diagram.mmd", Needs: []string{"mmdc", Browser + "|chromium-browser|google-chrome"},
			Steps: script(`
PUPPETEER_EXECUTABLE_PATH=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
export PUPPETEER_EXECUTABLE_PATH
echo '{"args": ["--no-sandbox", "--disable-gpu"]}' >browser.json
echo '{"htmlLabels": false, "flowchart": {"htmlLabels": false}}' >mermaid.json
mmdc --quiet --puppeteerConfigFile browser.json --configFile mermaid.json --input "$1" --output drawn.svg >&2
cat drawn.svg`, "diagram.mmd"),
		},
	}

	typstDrawers = []Language{
		{
			Name: "typst", File: "drawing.typ", Needs: []string{"typst"}, Before: page,
			Steps: script(`
typst compile --root / --diagnostic-format short --format svg "$1" drawn.svg
cat drawn.svg`, "drawing.typ"),
		},
	}

	latexDrawers = []Language{
		{
			Name: "latex with dvisvgm", File: "drawing.tex", Needs: []string{"latex", "dvisvgm"}, Steps: script(`cp "$1" .`+tex, "drawing.tex"),
			Before: article, After: finish, Whole: `\documentclass`,
		},
		{
			Name: "pandoc with typst", File: "drawing.tex", Needs: []string{"pandoc", "typst"},
			Steps: script(`
printf '%s' '`+page+`' >drawn.typ
pandoc --from latex --to typst "$1" >>drawn.typ
typst compile --format svg drawn.typ drawn.svg
cat drawn.svg`, "drawing.tex"),
		},
	}

	// A formula is MathML where the tool makes that, else a picture.
	mathDrawers = []Language{
		{
			Name: "pandoc", File: "formula.tex", Steps: [][]string{{"pandoc", "--from", "latex", "--to", "html", "--mathml", "$pwd/formula.tex"}},
			Before: "$$", After: "$$", Whole: "$",
		},
		{
			Name: "latex with dvisvgm", File: "formula.tex", Needs: []string{"latex", "dvisvgm"},
			Steps:  script("{ printf '%s' '"+article+"'; cat \"$1\"; printf '%s' '"+finish+"'; } >formula.tex\n"+tex, "formula.tex"),
			Before: "$$", After: "$$", Whole: "$",
		},
	}
)

// article and finish make a document of a piece of one.
const (
	article = `\documentclass{article}\usepackage{amsmath,amssymb}\pagestyle{empty}\begin{document}`
	finish  = `\end{document}`
)

// tex draws a document, and prints of what LaTeX says no more than its errors.
const tex = `
TEXINPUTS=$deck: && export TEXINPUTS
name=${1##*/}
latex -interaction=nonstopmode -halt-on-error -file-line-error "$name" </dev/null >said 2>&1 || {
	sed -n '/^\.\/.*:[0-9][0-9]*: /p; s/^l\.[0-9]* /    /p' said >&2
	exit 1
}
dvisvgm --no-fonts --verbosity=0 --stdout "${name%.tex}.dvi"`
