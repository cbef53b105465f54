package ansi

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

const maxLink = 2048 // bytes of an address

// stream is the sink for the output of one file descriptor. It has its own style and shares the screen
// with the other stream.
type stream struct {
	scanner
	screen *screen
	style  Style
	href   string
}

func (t *stream) plain(p []byte) {
	for _, c := range p {
		t.screen.put(rune(c), t.style, t.href)
	}
}

func (t *stream) char(r rune) { t.screen.put(r, t.style, t.href) }

func (t *stream) move(c byte) {
	switch c {
	case '\n':
		t.screen.feed()
	case '\r':
		t.screen.move(0)
	case '\b':
		t.screen.move(t.screen.x - 1)
	case '\t':
		t.screen.tab()
	}
}

// control acts on a control sequence with the given parameters.
func (t *stream) control(params []byte, final byte) {
	if final == 'm' {
		t.style = t.style.apply(params)
		return
	}
	if strings.Trim(string(params), "0123456789;") != "" { // private parameters
		return
	}
	first, _, _ := bytes.Cut(params, []byte(";"))
	n := number(first)
	s := t.screen
	count := max(n, 1)
	switch final {
	case 'K':
		s.eraseLine(n)
	case 'J':
		if n == 0 {
			s.eraseBelow()
		}
	case 'G', '`':
		s.move(count - 1)
	case 'C', 'a':
		s.move(s.x + count)
	case 'D':
		s.move(s.x - count)
	case 'A':
		s.vertical(-count)
	case 'B', 'e':
		s.vertical(count)
	case 'E':
		s.vertical(count)
		s.move(0)
	case 'F':
		s.vertical(-count)
		s.move(0)
	case 'P':
		s.deleteChars(count)
	case 'X':
		row := *s.row()
		s.erase(row, s.x, s.x+count)
	}
}

// number parses digits. It saturates above any sensible parameter.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = min(n*10+int(c-'0'), 1<<16)
	}
	return n
}

// command opens or closes a link. It ignores all other OSC commands, which do not suit a slide.
func (t *stream) command(data []byte) {
	rest, ok := bytes.CutPrefix(data, []byte("8;"))
	_, target, found := bytes.Cut(rest, []byte(";"))
	if !ok || !found {
		return
	}
	t.href = webAddress(string(target))
}

// webAddress returns an http or https address that is safe to link to, "" for any other.
func webAddress(s string) string {
	if len(s) > maxLink || !utf8.ValidString(s) || strings.ContainsFunc(s, unsafeInLink) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return s
}

// unsafeInLink reports a character that no address has and that ends an address in a terminal or page.
func unsafeInLink(r rune) bool {
	return r <= ' ' || r == '"' || r == '<' || r == '>' || r == '\\' || r >= 0x7f && r <= 0xa0 ||
		r == utf8.RuneError || text.Reorders(r)
}
