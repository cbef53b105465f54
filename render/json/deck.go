package json

import (
	"slices"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// NewDeck describes the deck of v with the results so far.
func NewDeck(v *render.View) Deck {
	d := v.Deck
	out := Deck{
		Meta: newMeta(d.Meta), Files: []string{}, Slides: []Slide{}, Snippets: []Snippet{},
		Outputs: []Output{}, Diagnostics: []Diagnostic{},
	}
	for _, f := range d.Files {
		out.Files = append(out.Files, f.Name)
	}
	if len(d.Files) > 0 {
		out.File = d.Files[0].Name
	}
	for i, s := range d.Slides {
		out.Slides = append(out.Slides, newSlide(i+1, s, d))
		slides.Walk(s.Blocks, func(b slides.Block) {
			if o, ok := b.(*slides.Output); ok {
				out.Outputs = append(out.Outputs, Output{ID: o.ID, Slide: i + 1, File: o.At.File.Name, Line: o.At.Line(), Step: o.Step})
			}
		})
	}
	for _, s := range d.Snippets {
		out.Snippets = append(out.Snippets, newSnippet(s, v))
	}
	for _, diag := range d.Diags {
		out.Diagnostics = append(out.Diagnostics, NewDiagnostic(diag))
	}
	return out
}

// keep keeps one slide and what it shows.
func (out *Deck) keep(d *slides.Deck, slide int) {
	out.Slides = out.Slides[slide-1 : slide]
	out.Outputs = slices.DeleteFunc(out.Outputs, func(o Output) bool { return o.Slide != slide })
	shown, kept := d.Slides[slide-1].Snippets(), []Snippet{}
	for i, s := range d.Snippets {
		if slices.Contains(shown, s) {
			kept = append(kept, out.Snippets[i])
		}
	}
	out.Snippets = kept
}

// Explain adds which file sets which option. An option that several files set has the value of the last one.
func (out *Deck) Explain(d *slides.Deck) {
	for _, s := range d.Meta.Set {
		out.Options = slices.DeleteFunc(out.Options, func(o Option) bool { return o.Name == s.Name })
		out.Options = append(out.Options, Option{Name: s.Name, Value: s.Value, File: s.At.File.Name, Line: s.At.Line()})
	}
}

func newMeta(m slides.Meta) Meta {
	authors := m.Authors
	if m.Author != "" {
		authors = append([]string{m.Author}, authors...)
	}
	return Meta{
		Title: slides.PlainLines(m.Title), SubTitle: slides.PlainLines(m.SubTitle),
		Event: m.Event, Location: m.Location, Date: m.Date, Authors: authors, Duration: m.Duration.Milliseconds(),
	}
}

func newSlide(number int, s *slides.Slide, d *slides.Deck) Slide {
	out := Slide{Number: number, Title: d.TitleOf(s), Line: s.At.Line(), Steps: s.Steps, Notes: []Note{}}
	if s.At.File != nil {
		out.File = s.At.File.Name
	}
	if s.Intro {
		out.File, out.Line = "", 0
	}
	slides.Walk(s.Blocks, func(b slides.Block) {
		if c, ok := b.(*slides.Contents); ok {
			for _, e := range c.Entries {
				out.Lists = append(out.Lists, e.Slide)
			}
		}
	})
	for _, n := range s.Notes {
		out.Notes = append(out.Notes, Note{Step: n.Step, Line: n.At.Line(), Text: n.Text})
	}
	return out
}

func newSnippet(s *slides.Snippet, v *render.View) Snippet {
	out := Snippet{
		ID: s.ID, Slide: s.Slide + 1, File: s.At.File.Name, Line: s.At.Line(), Language: s.Lang,
		Executor: s.Exec.Executor, Mode: string(s.Exec.Mode), Auto: s.Exec.Auto, Expect: string(s.Exec.Expect),
		Visible: s.Show.Lines, Code: s.Code, Key: string(s.Key),
	}
	if out.Visible == nil {
		out.Visible = []string{}
	}
	if r := v.Result(s); r.State == slides.Done {
		res := NewResult(s, r)
		out.Result = &res
	}
	return out
}
