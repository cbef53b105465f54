package html

import (
	"bytes"
	"strings"
)

// A page carries slidexec's style sheets and scripts without what only we read. They are made so when the
// first page is written, because most runs of slidexec write none.

// leanStyle returns a style sheet of slidexec without indentation and without lines that are comments. A
// comment ends with its line, or begins with one.
func leanStyle(source string) string {
	var out strings.Builder
	inside := false
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		inside = inside || strings.HasPrefix(line, "/*")
		if !inside && line != "" {
			out.WriteString(line + "\n")
		}
		inside = inside && !strings.HasSuffix(line, "*/")
	}
	return out.String()
}

// leanScript returns a script of slidexec without comments and without spaces that mean nothing. Names
// stay, and so do lines whose end may be that of a statement.
func leanScript(source string) string {
	out := make([]byte, 0, len(source))
	space, line := false, false // between what was written last and what comes
	for i := 0; i < len(source); {
		c, n := source[i], 1
		last := byte('\n')
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		switch {
		case c <= ' ':
			space, line = true, line || c == '\n'
			i++
			continue
		case strings.HasPrefix(source[i:], "//"):
			i += strings.IndexByte(source[i:]+"\n", '\n')
			continue
		case strings.HasPrefix(source[i:], "/*"):
			space = true
			i += strings.Index(source[i:]+"*/", "*/") + 2
			continue
		case c == '"', c == '\'', c == '`', c == '/' && (strings.IndexByte("\n(,=:[!&|?{};", last) >= 0 || bytes.HasSuffix(out, []byte("return"))):
			n = literal(source[i:])
		}
		switch {
		case line:
			if strings.IndexByte("\n{;,([", last) < 0 && strings.IndexByte("})]", c) < 0 {
				out = append(out, '\n')
			}
		case space:
			if word(last) && word(c) || last == c && strings.IndexByte("+-/", c) >= 0 {
				out = append(out, ' ')
			}
		}
		space, line = false, false
		out = append(out, source[i:min(i+n, len(source))]...)
		i += n
	}
	if len(out) > 0 {
		out = append(out, '\n') // the next script may follow
	}
	return string(out)
}

// word reports whether c may be part of a name or a number.
func word(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// literal returns the length of the string, template or regular expression that s begins with.
func literal(s string) int {
	class := false // of characters in a regular expression
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case s[0] == '/' && (c == '[' || c == ']'):
			class = c == '['
		case s[0] == '`' && strings.HasPrefix(s[i:], "${"):
			i = hole(s, i+2)
		case c == s[0] && !class:
			return i + 1
		}
	}
	return len(s)
}

// hole returns where the expression in a template ends that begins at i.
func hole(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return i
			}
		case '"', '\'', '`':
			i += literal(s[i:]) - 1
		}
	}
	return i
}
