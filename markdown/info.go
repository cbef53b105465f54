package markdown

import (
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// infoString is the text behind a fence with escapes and entities resolved, and where each byte of
// it comes from.
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
