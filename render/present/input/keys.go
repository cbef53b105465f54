package input

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

// Modifiers, as xterm and kitty number them.
const (
	modShift = 1 << iota
	modAlt
	modCtrl
	modDesktop = 8 | 16 | 32 // Super, Hyper, Meta
)

// letters are the keys of CSI 1;m A and of SS3 A.
var letters = map[byte]string{
	'A': "Up", 'B': "Down", 'C': "Right", 'D': "Left", 'H': "Home", 'F': "End", 'E': "Begin",
	'P': "F1", 'Q': "F2", 'R': "F3", 'S': "F4", 'M': "cr", 'I': "Tab", 'Z': "Tab",
}

// keypad are the keys of SS3 on the keypad in application mode.
const keypad = "j*k+l,m-n.o/p0q1r2s3t4u5v6w7x8y9X=" // the byte, then what it types

// tildes are the keys of CSI n ~.
var tildes = map[int]string{
	1: "Home", 2: "Insert", 3: "Delete", 4: "End", 5: "PageUp", 6: "PageDown", 7: "Home", 8: "End",
	11: "F1", 12: "F2", 13: "F3", 14: "F4", 15: "F5", 17: "F6", 18: "F7", 19: "F8", 20: "F9", 21: "F10", 23: "F11", 24: "F12",
	25: "F13", 26: "F14", 28: "F15", 29: "F16", 31: "F17", 32: "F18", 33: "F19", 34: "F20",
}

// codes are the keys that kitty gives numbers of the private use area, from 57344 on; "" are locks,
// modifiers and keys of media.
var codes = strings.Split("Esc cr Tab Backspace Insert Delete Left Right Up Down PageUp PageDown Home End      "+
	" F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24"+
	" F25 F26 F27 F28 F29 F30 F31 F32 F33 F34 F35"+
	" 0 1 2 3 4 5 6 7 8 9 . / * - + cr = , Left Right Up Down PageUp PageDown Home End Insert Delete Begin", " ")

// controls are the characters that have keys of their own.
var controls = map[rune]string{0x09: "Tab", 0x0d: "cr", esc: "Esc", 0x7f: "Backspace", 0x08: "Backspace"}

// name returns the key with modifiers that types a character or has a name; nil if nobody may press it.
func name(mods int, key string) Event {
	if key == "" || mods&modDesktop != 0 {
		return nil
	}
	r, n := utf8.DecodeRuneInString(key)
	if n == len(key) { // a character
		if mods&modShift != 0 && mods&modCtrl == 0 && r != ' ' {
			mods &^= modShift
			key = string(unicode.ToUpper(r))
		}
		if mods == 0 {
			return Key(key)
		}
		if mods&modCtrl != 0 {
			key = strings.ToLower(key)
		}
		if r == ' ' {
			key = "space"
		}
	}
	var b strings.Builder
	b.WriteByte('<')
	for _, m := range [...]struct {
		bit  int
		word string
	}{{modCtrl, "c-"}, {modAlt, "a-"}, {modShift, "s-"}} {
		if mods&m.bit != 0 {
			b.WriteString(m.word)
		}
	}
	return Key(b.String() + key + ">")
}

// char returns the key of one character that a terminal sent by itself, or after ESC as with Alt.
func char(mods int, r rune) Event {
	switch k, ok := controls[r]; {
	case r == 0x08: // some terminals send it for Backspace, all for Control and h
		return name(mods|modCtrl, "h")
	case ok:
		return name(mods, k)
	case r == 0:
		return name(mods|modCtrl, " ")
	case r < 0x1b:
		return name(mods|modCtrl, string(r+'a'-1))
	case r < ' ':
		return name(mods|modCtrl, string(r+'@'))
	case r >= 0x80 && r < 0xa0 || r == utf8.RuneError:
		return nil
	}
	return name(mods, string(r))
}

// coded returns the key with kitty's number, or a character's, or xterm's of modifyOtherKeys. text is
// what it types if the terminal says so, shifted the character with Shift.
func coded(mods, code, shifted int, text string) Event {
	r := rune(code)
	switch k, control := controls[r]; {
	case code >= 57344 && code < 57344+len(codes):
		return name(mods, codes[code-57344])
	case code >= 57344 && code < 63744: // further keys, without names
		return nil
	case control:
		return name(mods, k)
	case code == 0: // text without a key
		return nil
	case code < ' ': // a terminal that took the character of Control for the key
		return char(mods, r)
	case code > unicode.MaxRune || !utf8.ValidRune(r) || r >= 0x80 && r < 0xa0:
		return nil
	case mods&^modShift == 0 && text != "" && printable(text):
		return name(0, text)
	case mods&modShift != 0 && mods&modCtrl == 0 && shifted >= ' ' && utf8.ValidRune(rune(shifted)):
		return name(mods&^modShift, string(rune(shifted)))
	}
	return name(mods, string(r))
}

func printable(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n == len(s) && r != utf8.RuneError && !text.Acts(r)
}

// number reads a decimal number of at most 7 digits; anything else is -1.
func number(s string) int {
	if len(s) > 7 {
		return -1
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
