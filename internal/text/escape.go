// Package text makes words for people: text that slidexec did not write becomes safe to show, lines
// are cut to a width, and numbers get their nouns.
//
// Names of files, values of flags, words of a deck, errors of the system: all of these may hold escape
// sequences, line breaks and invisible characters. [Line] and [Name] are the only functions
// that make such text fit for a terminal, a log or a message; a test keeps other packages from
// growing their own. Both are for reading and cannot be undone. JSON and HTML have escapes of
// their own; [Acts] tells them which characters to escape.
//
// Escaped text looks as in less(1). ASCII controls, the most frequent ones in source lines, are
// pictures of one cell (␛, ␊), so that columns stay the same. Any other character that acts or hides
// is its number: <U+202E>, or <FF> for a byte that is not UTF-8. Go's \x1b was not taken, because
// many programs in decks contain \x1b as text.
package text

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is the limit on combining marks of one character. No script needs more, and a stack of
// hundreds covers the lines around it.
const maxMarks = 8

// Line returns s as one line of text. A picture or a number replaces every control, including line
// ends and tabs, every character that reorders text, and every invisible character. Characters that
// scripts and emoji need stay: joiners between letters or pictures, one variation selector after a
// character that has variants, some combining marks.
//
// Line(Line(s)) is Line(s).
func Line(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	var e escaper
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, m := utf8.DecodeRuneInString(s[i+n:])
		if next == utf8.RuneError && m <= 1 { // the end, or no character
			next = 0
		}
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "<%02X>", s[i])
			e = escaper{}
		case e.fits(r, next):
			b.WriteString(s[i : i+n])
		case Acts(r) && Cell(r) != utf8.RuneError:
			b.WriteRune(Cell(r))
		default:
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
		i += n
	}
	return b.String()
}

// Block returns lines of text. It does the same as Line but keeps line feeds and tabs.
func Block(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexAny(s, "\n\t")
		if n < 0 {
			b.WriteString(Line(s))
			break
		}
		b.WriteString(Line(s[:n]))
		b.WriteByte(s[n])
		s = s[n+1:]
	}
	return b.String()
}

// plain reports whether s is printable ASCII only.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}

// escaper holds the facts about earlier characters that Line needs.
type escaper struct {
	prev  rune // the last character that was kept, 0 for none
	marks int  // combining marks since the last base character
}

// fits reports whether r may stay as it is between its neighbours.
func (e *escaper) fits(r, next rune) bool {
	switch {
	case Acts(r), hidden(r) && !e.needs(r, next):
		*e = escaper{}
		return false
	case hidden(r): // r does not count as a mark, and no hidden character may follow it
		e.prev = r
	case unicode.In(r, unicode.Mn, unicode.Me):
		if e.marks++; e.marks > maxMarks {
			return false
		}
		e.prev = r
	default:
		*e = escaper{prev: r}
	}
	return true
}

// needs reports whether the neighbours of the hidden character r need it.
func (e *escaper) needs(r, next rune) bool {
	prev := e.prev
	switch {
	case r == 0x200c, r == 0x200d: // joiners: within words of scripts that join, between pictures
		return (prev == 0xfe0f || joins(prev)) && joins(next) && e.marks < maxMarks
	case r == 0xfe0e, r == 0xfe0f: // text or emoji look
		return prev >= 0x80 && !hidden(prev) && unicode.IsOneOf([]*unicode.RangeTable{unicode.S, unicode.P}, prev) ||
			strings.ContainsRune("0123456789#*", prev)
	case unicode.Is(unicode.Variation_Selector, r): // forms of ideographs and of Mongolian letters
		return unicode.In(prev, unicode.Han, unicode.Mongolian, unicode.Phags_Pa) && unicode.IsLetter(prev)
	}
	return false
}

// joins reports whether a joiner beside r can have an effect.
func joins(r rune) bool {
	return r > 0x2ff && !hidden(r) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) &&
		unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk)
}

// Acts reports whether r acts on a terminal or a line instead of being shown: a control (C0, DEL, C1),
// a bidirectional control, a line or paragraph separator, or a byte order mark.
func Acts(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x600:
		return false
	}
	return r == 0x2028 || r == 0x2029 || r == 0xfeff || Reorders(r)
}

// Reorders reports whether r is a bidirectional control: it changes the order of the text around it.
func Reorders(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}

// hidden reports whether r is invisible by itself, or is not a character.
func hidden(r rune) bool {
	if r < 0xad || r > 0x3164 && r < 0xd800 { // Latin; ideographs and Hangul syllables
		return false
	}
	return Acts(r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
			unicode.Noncharacter_Code_Point)
}

// Cell returns the character that replaces r in exactly one cell, as in a grid: the picture of an
// ASCII control, U+FFFD for any other character that acts, or else r itself.
func Cell(r rune) rune {
	switch {
	case r >= 0 && r < 0x20:
		return 0x2400 + r
	case r == 0x7f:
		return 0x2421
	case Acts(r):
		return utf8.RuneError
	}
	return r
}

// Cells returns a line for a layout in cells: its Cell replaces each character that acts, and four
// spaces replace a tab. Backends use it for the text of decks, where invisible characters are the
// author's choice.
func Cells(s string) string {
	if !strings.ContainsFunc(s, Acts) && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return Cell(r)
	}, s), "\t", "    ")
}

// Name returns a foreign word for use in a sentence: a file, an id, a value. If the word has spaces,
// commas or characters that are not plain, Name quotes it as a Go string, "\x1b", so that it cannot
// pass for words of ours.
func Name(s string) string {
	q := Line(strconv.Quote(s))
	if q == `"`+s+`"` && s != "" && !strings.ContainsAny(s, " ,;") {
		return s
	}
	return q
}

// Invalid returns the offset of the first byte of src that is not UTF-8, -1 if there is none.
func Invalid(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	i := 0
	for {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}
