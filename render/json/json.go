// Package json renders a deck and its results as JSON for other programs: the document of
// `render -t json` and `inspect`, the lines of `run --json` and the report of `check`. The field
// names are stable; docs/json.md describes them.
package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Backend writes a view as one JSON document, indented, without HTML escapes.
type Backend struct {
	Slide int // number of the only slide, from 1; 0 for all
}

// Render writes the deck of v and the results of its snippets; with Slide, of the snippets whose code or
// output that slide shows.
func (b Backend) Render(w io.Writer, v *render.View) error {
	doc := NewDeck(v)
	if b.Slide > 0 && b.Slide <= len(v.Deck.Slides) {
		doc.keep(v.Deck, b.Slide)
	}
	return Write(w, doc)
}

// Write writes any of the types of this package, indented. Strings keep their meaning, but no character
// of the document acts on a terminal or begins a command in a log: people read JSON there, too.
func Write(w io.Writer, value any) error { return write(w, value, "  ") }

// WriteLine writes like Write but on one line, for streams of objects.
func WriteLine(w io.Writer, value any) error { return write(w, value, "") }

func write(w io.Writer, value any, indent string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(inert(b.Bytes()))
	return err
}

// inert escapes characters that JSON allows without an escape: controls beyond ASCII, characters that
// reorder text, and the last one of a command's mark. They occur in strings only.
func inert(doc []byte) []byte {
	for _, mark := range text.Marks() {
		end := len(mark) - 1
		doc = bytes.ReplaceAll(doc, []byte(mark), fmt.Appendf(nil, "%s\\u%04x", mark[:end], mark[end]))
	}
	acts := func(r rune) bool { return r >= 0x7f && text.Acts(r) }
	if !bytes.ContainsFunc(doc, acts) {
		return doc
	}
	out := make([]byte, 0, len(doc)+64)
	for len(doc) > 0 {
		r, n := utf8.DecodeRune(doc)
		if acts(r) {
			out = fmt.Appendf(out, "\\u%04x", r)
		} else {
			out = append(out, doc[:n]...)
		}
		doc = doc[n:]
	}
	return out
}

// Deck is a parsed deck.
type Deck struct {
	File        string       `json:"file"`
	Meta        Meta         `json:"meta"`
	Files       []string     `json:"files"`
	Slides      []Slide      `json:"slides"`
	Snippets    []Snippet    `json:"snippets"`
	Outputs     []Output     `json:"outputs"`
	Diagnostics []Diagnostic `json:"diagnostics"`

	Options []Option `json:"options,omitempty"` // see Deck.Explain
}

// Option is an option of a deck, and the file that sets it: the deck, a file beside it, or the user's.
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as YAML
	File  string `json:"file"`
	Line  int    `json:"line"`
}

// Meta is the front matter, as plain text.
type Meta struct {
	Title    string   `json:"title,omitempty"`
	SubTitle string   `json:"sub_title,omitempty"`
	Event    string   `json:"event,omitempty"`
	Location string   `json:"location,omitempty"`
	Date     string   `json:"date,omitempty"`
	Authors  []string `json:"authors,omitempty"`
	Duration int64    `json:"duration,omitempty"` // ms
}

// Slide is one slide; Number counts from 1.
type Slide struct {
	Number int    `json:"slide"`
	Title  string `json:"title"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line"` // 0 for the intro slide, which has no place in the source
	Steps  int    `json:"steps"`
	Notes  []Note `json:"notes"`
	Lists  []int  `json:"contents,omitempty"` // the numbers of the slides that its lists of slides show
}

// Note is a speaker note.
type Note struct {
	Step int    `json:"step"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Snippet is a code block: the code to show and the program.
type Snippet struct {
	ID       string   `json:"id"`
	Slide    int      `json:"slide"` // 0 on a skipped slide
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Language string   `json:"language"`
	Executor string   `json:"executor"`
	Mode     string   `json:"mode"` // "" if the code is only shown
	Auto     bool     `json:"auto"`
	Expect   string   `json:"expect,omitempty"`
	Visible  []string `json:"visible"`
	Code     string   `json:"code"`
	Key      string   `json:"key"`
	Result   *Result  `json:"result,omitempty"`
}

// Output is a placeholder.
type Output struct {
	ID    string `json:"id"`
	Slide int    `json:"slide"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Step  int    `json:"step"`
}

// Diagnostic is a mistake in the deck.
type Diagnostic struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// Result is the result of a snippet.
type Result struct {
	Status     string   `json:"status"`
	ExitCode   int      `json:"exit_code"`
	Signal     string   `json:"signal"`
	Reason     string   `json:"reason"`
	Hint       string   `json:"hint,omitempty"`
	Phase      string   `json:"phase"`
	Unexpected bool     `json:"unexpected"`
	DurationMS float64  `json:"duration_ms"`
	BuildMS    float64  `json:"build_ms"`
	Stdout     string   `json:"stdout"`
	Stderr     string   `json:"stderr"`
	Truncated  bool     `json:"truncated"`
	Cached     bool     `json:"cached"`
	Layers     []string `json:"layers"`
	Missing    []string `json:"missing_layers,omitempty"`
	Allowed    []string `json:"allowed,omitempty"` // permissions that the user granted beyond the default
}

// Run is one line of `run --json`: a snippet's name and its result.
type Run struct {
	ID   string `json:"id"`
	File string `json:"file"`
	Line int    `json:"line"`
	Result
}

// NewRun describes the result of s.
func NewRun(s *slides.Snippet, r slides.Result) Run {
	return Run{ID: s.ID, File: s.At.File.Name, Line: s.At.Line(), Result: NewResult(s, r)}
}

// NewResult describes a result of a snippet, with places in the deck's lines. U+FFFD replaces bytes of
// the output that are not UTF-8, because JSON has no bytes.
func NewResult(s *slides.Snippet, r slides.Result) Result {
	why, try := render.Why(s, r, slides.ByDeck)
	r = r.Placed(s, slides.ByDeck)
	out := Result{
		Status: string(r.Status), ExitCode: r.Exit, Signal: r.Signal, Reason: why, Hint: try, Phase: r.Phase,
		Unexpected: slides.Judge(s, r).Ruling == slides.Bad, DurationMS: float64(r.Elapsed.Microseconds()) / 1000,
		BuildMS: float64(r.Built.Microseconds()) / 1000,
		Stdout:  string(r.Stream(false)), Stderr: string(r.Stream(true)),
		Truncated: r.Truncated, Cached: r.Origin == slides.Cached, Layers: r.Layers, Missing: r.Missing, Allowed: r.Allowed,
	}
	if r.State != slides.Done {
		out.Status = string(r.State)
	}
	if out.Layers == nil {
		out.Layers = []string{}
	}
	return out
}

// NewDiagnostic describes d.
func NewDiagnostic(d slides.Diag) Diagnostic {
	out := Diagnostic{Line: d.Pos.Line(), Column: d.Pos.Col(), Severity: d.Severity.String(), Message: d.Msg, Hint: d.Hint}
	if d.Pos.IsValid() {
		out.File = d.Pos.File.Name
	}
	return out
}
