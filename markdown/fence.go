package markdown

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// attribute is a word after a fence's language. Its table entry holds everything about it.
type attribute struct {
	name    string
	arg     attrArg
	apply   func(*fence, string) error
	param   string
	doc     string
	example string // a whole info string
}

// attrArg says whether an attribute takes a value after a colon.
type attrArg int

const (
	attrFlag attrArg = iota // no
	attrOpt                 // perhaps
	attrMust                // yes
)

// fence is a parsed info string. The attributes may come in any order; resolve merges them.
type fence struct {
	lang   string
	langAt slides.Span
	words  []word // attributes that were accepted, in order
	modes  []slides.Mode
	exec   slides.Exec
	run    bool // +exec, +auto_exec and attributes that imply them
	show   slides.Show
	id     string
	hasID  bool
	env    string
}

// word is one attribute as written in the deck.
type word struct {
	name, text string
	at         slides.Span
}

// groupsName is the name of the attribute in braces in the table.
const groupsName = "{…}"

// attributeTable lists the attributes of code blocks.
func attributeTable() []attribute {
	return []attribute{
		{name: "exec", arg: attrOpt, apply: runner(slides.NotExecutable, false), param: "EXECUTOR",
			doc: "runs the code and shows its output below; serve waits for a key or a click", example: "bash +exec"},
		{name: "auto_exec", arg: attrOpt, apply: runner(slides.NotExecutable, true), param: "EXECUTOR",
			doc: "runs the code and shows its output below; serve does so without being asked", example: "bash +auto_exec"},
		{name: "exec_replace", arg: attrOpt, apply: runner(slides.ModeReplace, true), param: "EXECUTOR",
			doc: "runs the code and shows its output instead of the code", example: "bash +exec_replace"},
		{name: "image", apply: runner(slides.ModeImage, true),
			doc: "runs the code and shows the picture that it prints", example: "bash +image"},
		{name: "acquire_terminal", arg: attrOpt, apply: runner(slides.ModeTerminal, false), param: "EXECUTOR",
			doc:     "hands the real terminal over to the program while it runs; skipped where there is none, which is no failure",
			example: "bash +acquire_terminal"},
		{name: "pty", arg: attrOpt, apply: (*fence).pty, param: "[standby:][COLS:ROWS]",
			doc:     "runs the code in a terminal of its own, of this size if one is given, and shows its screen; standby waits until somebody starts it",
			example: "bash +pty:standby:80:24"},
		{name: "render", apply: (*fence).render,
			doc:     "draws a diagram or formula and shows it instead of the code; skipped where no tool for the language is installed",
			example: "mermaid +render"},
		{name: "validate", arg: attrOpt, apply: (*fence).validate, param: "EXECUTOR",
			doc: "runs the code and shows no output; a failure counts", example: "bash +validate"},
		{name: "expect", arg: attrMust, apply: (*fence).expect, param: slides.Expectations,
			doc: "announces how the program ends; any other ending is a failure", example: "bash +exec +expect:failure"},
		{name: "id", arg: attrMust, apply: func(f *fence, s string) error { f.id, f.hasID = s, true; return nil },
			param: "NAME", doc: "names the program; its output stands where snippet_output has the name, and nowhere else",
			example: "bash +exec +id:hello"},
		{name: "env", arg: attrMust, apply: func(f *fence, s string) error { f.env = s; return nil },
			param: "PATH", doc: "gives the program the variables of a file of NAME=value lines", example: "bash +env:demo.env"},
		{name: "line_numbers", apply: func(f *fence, _ string) error { f.show.LineNumbers = true; return nil },
			doc: "numbers the visible lines", example: "rust +line_numbers"},
		{name: "no_background", apply: func(f *fence, _ string) error { f.show.NoBackground = true; return nil },
			doc: "shows code and output without a background", example: "bash +exec_replace +no_background"},
		{name: "width", arg: attrMust, apply: (*fence).width, param: "N%",
			doc: "is the width of a drawing, of the slide or column", example: "mermaid +render +width:50%"},
		{name: groupsName, arg: attrMust, apply: (*fence).groups, param: "groups of lines",
			doc: "highlights lines, one group at each step: numbers, ranges or all", example: "rust {1,3-5|all}"},
	}
}

// runner returns the function of an attribute that runs the code in the given mode.
func runner(mode slides.Mode, auto bool) func(*fence, string) error {
	return func(f *fence, executor string) error {
		f.run = true
		f.exec.Auto = f.exec.Auto || auto
		if f.exec.Executor == "" {
			f.exec.Executor = executor
		}
		if mode != slides.NotExecutable {
			f.modes = append(f.modes, mode)
		}
		return nil
	}
}

func (f *fence) pty(args string) error {
	f.run, f.exec.Pty = true, true
	if args == "" {
		return nil
	}
	rest, standby := strings.CutPrefix(args, "standby")
	f.exec.Standby = standby
	if standby && rest == "" {
		return nil
	}
	if standby {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, ":"); !ok {
			return fmt.Errorf("want [standby:]COLUMNS:ROWS, got %q", args)
		}
	}
	cols, rows, ok := strings.Cut(rest, ":")
	c, err1 := strconv.ParseUint(cols, 10, 16)
	r, err2 := strconv.ParseUint(rows, 10, 16)
	if !ok || err1 != nil || err2 != nil {
		return fmt.Errorf("want [standby:]COLUMNS:ROWS, got %q", args)
	}
	f.exec.PtyCols, f.exec.PtyRows = int(c), int(r)
	return nil
}

func (f *fence) render(string) error {
	f.modes = append(f.modes, slides.ModeRender)
	return nil
}

func (f *fence) validate(executor string) error {
	if f.exec.Executor == "" {
		f.exec.Executor = executor
	}
	return nil
}

func (f *fence) expect(s string) (err error) {
	f.exec.Expect, err = slides.ParseExpect(s)
	return err
}

func (f *fence) width(s string) error {
	n, err := percent(s)
	f.show.Width = n
	return err
}

// percent reads "50%".
func percent(s string) (int, error) {
	digits, ok := strings.CutSuffix(s, "%")
	n, err := strconv.ParseUint(digits, 10, 8)
	if !ok || err != nil || n < 1 || n > 100 {
		return 0, fmt.Errorf("want a width from 1%% to 100%%, got %q", s)
	}
	return int(n), nil
}

// groups reads "1,3-5|all".
func (f *fence) groups(s string) error {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	for group := range strings.SplitSeq(s, "|") {
		lines, err := lineRanges(group)
		if err != nil {
			return err
		}
		f.show.Groups = append(f.show.Groups, lines)
	}
	return nil
}

// lineRanges reads one group; a group with all in it is all lines.
func lineRanges(group string) ([]slides.Range, error) {
	var out []slides.Range
	all := false
	for item := range strings.SplitSeq(group, ",") {
		if strings.TrimSpace(item) == "all" {
			all = true
			continue
		}
		from, to, isRange := strings.Cut(item, "-")
		a, err := strconv.ParseUint(strings.TrimSpace(from), 10, 16)
		b := a
		if isRange && err == nil {
			b, err = strconv.ParseUint(strings.TrimSpace(to), 10, 16)
		}
		if err != nil || b == math.MaxUint16 && isRange {
			return nil, fmt.Errorf("want line numbers, ranges or all, got %q", strings.TrimSpace(item))
		}
		out = append(out, slides.Range{From: int(a), To: int(b)})
	}
	if all {
		return nil, nil
	}
	return out, nil
}

// parseInfo reads an info string, token by token. Only spaces separate.
func (b *builder) parseInfo(info infoString) *fence {
	f := &fence{}
	n := strings.IndexByte(info.text, ' ')
	if n < 0 {
		n = len(info.text)
	}
	f.lang, f.langAt = info.text[:n], info.span(0, n)
	rest := info
	if tab := strings.IndexByte(f.lang, '\t'); tab >= 0 {
		b.failAt(info.span(tab, n), "tab in the info string", "separate attributes with spaces")
		f.lang, f.langAt = f.lang[:tab], info.span(0, tab)
		n = tab
	}
	seen := map[string]bool{}
	for i := n; i < len(rest.text); {
		if c := rest.text[i]; c == ' ' || c == '\t' {
			i++
			continue
		}
		end := tokenEnd(rest.text, i)
		b.attribute(f, rest.text[i:end], info.span(i, end), seen)
		i = end
	}
	return f
}

// tokenEnd returns the end of the token that begins at i: after its closing brace or at a space.
func tokenEnd(s string, i int) int {
	if s[i] == '{' {
		if n := strings.IndexByte(s[i:], '}'); n >= 0 {
			return i + n + 1
		}
		return len(s)
	}
	if n := strings.IndexByte(s[i:], ' '); n >= 0 {
		return i + n
	}
	return len(s)
}

// attribute reads one token after the language.
func (b *builder) attribute(f *fence, token string, at slides.Span, seen map[string]bool) {
	if i := strings.IndexByte(token, '\t'); i >= 0 && token[0] != '{' {
		b.failAt(at, fmt.Sprintf("tab in the attribute %q", token), "separate attributes with spaces")
		for part := range strings.FieldsSeq(token) {
			b.attribute(f, part, at, seen)
		}
		return
	}
	name, value, hasValue := splitToken(token)
	a := b.attrs[name]
	switch {
	case name == groupsName && !hasValue:
		b.failAt(at, "{ without }", "as in {1,3-5|all}")
		return
	case a == nil || name == groupsName && token[0] != '{':
		b.failAt(at, fmt.Sprintf("unknown attribute %q", token), b.attributeHint(token))
		return
	case seen[name]:
		b.failAt(at, fmt.Sprintf("attribute %s given twice", attrName(name)), "keep one of them")
		return
	case hasValue && a.arg == attrFlag:
		b.failAt(at, fmt.Sprintf("+%s takes no argument", name), "as in "+a.example)
		return
	case !hasValue && a.arg == attrMust:
		b.failAt(at, fmt.Sprintf("+%s needs an argument: +%s:%s", name, name, a.param), "as in "+a.example)
		return
	}
	seen[name] = true
	if err := a.apply(f, value); err != nil {
		hint := "as in " + a.example
		if bad, ok := errors.AsType[*slides.BadExpect](err); ok && bad.Try != "" {
			hint = bad.Try
		}
		b.failAt(at, attrName(name)+": "+err.Error(), hint)
		return
	}
	f.words = append(f.words, word{name, token, at})
}

func attrName(name string) string {
	if name == groupsName {
		return name
	}
	return "+" + name
}

// splitToken cuts a token into the attribute's name and the value after its colon.
func splitToken(token string) (name, value string, hasValue bool) {
	if token[0] == '{' {
		value, hasValue = strings.CutSuffix(token[1:], "}")
		return groupsName, value, hasValue
	}
	bare, ok := strings.CutPrefix(token, "+")
	if !ok {
		return "", "", false
	}
	return strings.Cut(bare, ":")
}

func (b *builder) attributeHint(token string) string {
	bare, value, _ := strings.Cut(strings.TrimPrefix(token, "+"), ":")
	if head, groups, ok := strings.Cut(bare, "{"); ok && b.attrs[head] != nil {
		return fmt.Sprintf("did you mean \"+%s {%s\"? Put a space before {", head, groups)
	}
	var names []string
	for name := range b.attrs {
		if name != groupsName {
			names = append(names, "+"+name)
		}
	}
	if near := text.Nearest("+"+bare, names); near != "" {
		if value != "" {
			near += ":" + value
		}
		return fmt.Sprintf("did you mean %q?", near)
	}
	return text.Suggest("", "attributes: ", slices.Sorted(slices.Values(names)))
}

// infoString is the text after a fence, with escapes and entities resolved, and the source offset
// of each byte.
type infoString struct {
	text string
	at   slides.Pos
	offs []int // offset of text[i] from at; nil: i
}

func newInfo(raw string, at slides.Pos) infoString {
	if !strings.ContainsAny(raw, `\&`) {
		return infoString{text: raw, at: at}
	}
	var b strings.Builder
	var offs []int
	for i := 0; i < len(raw); {
		text, n := unescapeAt(raw, i)
		b.WriteString(text)
		for range len(text) {
			offs = append(offs, i)
		}
		i += n
	}
	return infoString{b.String(), at, append(offs, len(raw))}
}

func (s infoString) span(from, to int) slides.Span {
	if s.offs != nil {
		from, to = s.offs[from], s.offs[to]
	}
	return slides.Span{Pos: slides.Pos{File: s.at.File, Off: s.at.Off + from}, End: s.at.Off + to}
}
