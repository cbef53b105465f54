package ansi

import (
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

// multibyte collects a UTF-8 character. C1 controls (a one-character escape introducer to some
// terminals), bidirectional overrides and broken bytes are shown as U+FFFD.
func (f *filter) multibyte(out []byte, c byte) []byte {
	if c < 0x80 { // the character was cut short
		f.utf8 = f.utf8[:0]
		return f.text(utf8.AppendRune(out, utf8.RuneError), c)
	}
	f.utf8 = append(f.utf8, c)
	if !utf8.FullRune(f.utf8) {
		return out
	}
	r, n := utf8.DecodeRune(f.utf8)
	rest := append([]byte(nil), f.utf8[n:]...)
	f.utf8 = f.utf8[:0]
	out = utf8.AppendRune(out, text.Cell(r))
	for _, c := range rest {
		out = f.multibyte(out, c)
	}
	return out
}
