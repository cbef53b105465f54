package ansi

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

const maxLink = 2048 // bytes of an address

// stream is the sink for what one file descriptor wrote: in its own style, it moves and writes on
// the screen that it shares with the other one.
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
	if strings.Trim(string(params), "0123456789;") != "" { // private ones
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

// number parses digits; it saturates where no parameter can be meant.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = min(n*10+int(c-'0'), 1<<16)
	}
	return n
}

// command opens or closes a link; everything else that an OSC can do is not for a slide.
func (t *stream) command(data []byte) {
	rest, ok := bytes.CutPrefix(data, []byte("8;"))
	_, target, found := bytes.Cut(rest, []byte(";"))
	if !ok || !found {
		return
	}
	t.href = webAddress(string(target))
}

// webAddress returns an address as it may be linked to, "" for what is not http or https.
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

// unsafeInLink reports characters that no address has and that end one in a terminal or a page.
func unsafeInLink(r rune) bool {
	return r <= ' ' || r == '"' || r == '<' || r == '>' || r == '\\' || r >= 0x7f && r <= 0xa0 ||
		r == utf8.RuneError || text.Reorders(r)
}
