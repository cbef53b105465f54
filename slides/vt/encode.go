package vt

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/slides"
)

// Encode returns what the program reads when somebody does this at the terminal, by the modes that the
// program has set. It is nil for a key that no terminal knows, and for a mouse that the program did not
// ask for. A size changes the screen, as Resize does, and has no bytes.
func (s *Screen) Encode(in slides.Input) []byte {
	if in.Size != nil {
		s.Resize(in.Size[0], in.Size[1])
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case in.Key != "":
		return s.encodeKey(in.Key)
	case in.Text != "":
		return s.encodePaste(in.Text)
	case in.Mouse != nil:
		return s.encodeMouse(*in.Mouse)
	}
	return nil
}

// Focus returns what the program reads when it gets or loses the keyboard: nil unless it asked for that.
func (s *Screen) Focus(on bool) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.modes.focus:
		return nil
	case on:
		return []byte("\x1b[I")
	}
	return []byte("\x1b[O")
}

// letters are the keys that are CSI and a letter, numbers those that are CSI, a number and ~.
var letters = map[string]byte{
	"up": 'A', "down": 'B', "right": 'C', "left": 'D', "home": 'H', "end": 'F',
	"f1": 'P', "f2": 'Q', "f3": 'R', "f4": 'S',
}

var numbers = map[string]int{
	"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20,
	"f10": 21, "f11": 23, "f12": 24,
}

// simple are the keys that are one character.
var simple = map[string]string{
	"cr": "\r", "enter": "\r", "tab": "\t", "esc": "\x1b", "backspace": "\x7f", "space": " ", "lt": "<", "gt": ">",
}

// held are the bits of the keys that are held down, as xterm numbers them.
var held = map[byte]int{'s': 1, 'a': 2, 'c': 4}

func (s *Screen) encodeKey(k string) []byte {
	if len(k) < 3 || k[0] != '<' || k[len(k)-1] != '>' {
		return []byte(strings.ToValidUTF8(k, "\uFFFD"))
	}
	name, bits := k[1:len(k)-1], 0
	for len(name) > 2 && name[1] == '-' && held[name[0]|0x20] != 0 {
		bits |= held[name[0]|0x20]
		name = name[2:]
	}
	lower := strings.ReplaceAll(strings.ToLower(name), "_", "")
	if c, ok := letters[lower]; ok {
		switch {
		case bits != 0:
			return fmt.Appendf(nil, "\x1b[1;%d%c", bits+1, c)
		case c >= 'P' || s.modes.appCursor:
			return []byte{0x1B, 'O', c}
		}
		return []byte{0x1B, '[', c}
	}
	if n, ok := numbers[lower]; ok {
		if bits != 0 {
			return fmt.Appendf(nil, "\x1b[%d;%d~", n, bits+1)
		}
		return fmt.Appendf(nil, "\x1b[%d~", n)
	}
	return encodeChar(name, lower, bits)
}

// encodeChar encodes a key that is a character, with what is held down.
func encodeChar(name, lower string, bits int) []byte {
	text, named := simple[lower]
	if !named {
		if _, n := utf8.DecodeRuneInString(name); n != len(name) || !utf8.ValidString(name) || name[0] < ' ' {
			return nil
		}
		text = name
	}
	switch {
	case lower == "tab" && bits&held['s'] != 0:
		text = "\x1b[Z"
	case lower == "backspace" && bits&held['c'] != 0:
		text = "\b"
	case bits&held['c'] != 0 && (!named || lower == "space"):
		c := text[0] &^ 0x20
		switch {
		case text == "?":
			text = "\x7f"
		case text == " ", text == "2":
			text = "\x00"
		case text == "/":
			text = "\x1f"
		case len(text) == 1 && text >= "3" && text <= "7":
			text = string(rune(text[0] - '3' + 0x1B))
		case len(text) == 1 && text[0] >= 0x40 && (c >= 'A' && c <= 'Z'):
			text = string(rune(c - 0x40))
		case len(text) == 1 && text[0] >= 0x40 && text[0] <= 0x5F:
			text = string(rune(text[0] - 0x40))
		case len(text) > 1:
			return nil
		}
	case bits&held['s'] != 0 && !named:
		text = strings.ToUpper(text)
	}
	if bits&held['a'] != 0 {
		text = "\x1b" + text
	}
	return []byte(text)
}

// encodePaste encodes pasted text. The mark of its end is taken out, so that nothing in the text can be
// taken for typed keys; line ends become those of the Enter key.
func (s *Screen) encodePaste(t string) []byte {
	t = strings.ToValidUTF8(t, "\uFFFD")
	t = strings.NewReplacer("\r\n", "\r", "\n", "\r").Replace(t)
	if !s.modes.paste {
		return []byte(t)
	}
	out := []byte("\x1b[200~")
	for _, c := range []byte(t) {
		out = append(out, c)
		for _, end := range []string{"\x1b[201~", "\u009b201~"} {
			if c == '~' && bytes.HasSuffix(out[len("\x1b[200~"):], []byte(end)) {
				out = out[:len(out)-len(end)]
			}
		}
	}
	return append(out, "\x1b[201~"...)
}

func (s *Screen) encodeMouse(m slides.Mouse) []byte {
	if m.Col < 0 || m.Row < 0 || m.Col >= s.cols || m.Row >= s.rows {
		return nil
	}
	button := m.Button - 1 // as the protocol counts: 0 left, 3 none
	if m.Button < 1 || m.Button > 3 {
		button = 3
	}
	release := false
	switch mode := s.modes.mouse; {
	case mode == 0, mode == 9 && m.Action != "press":
		return nil
	case m.Action == "press" && button < 3:
	case m.Action == "release":
		release = true
	case m.Action == "move" && (mode == 1003 || mode == 1002 && button < 3):
		button += 32
	case m.Action == "wheel" && m.Button < 0:
		button = 64
	case m.Action == "wheel" && m.Button > 0:
		button = 65
	default:
		return nil
	}
	if s.modes.sgrMouse {
		end := 'M'
		if release {
			end = 'm'
			button &= 3
		}
		return fmt.Appendf(nil, "\x1b[<%d;%d;%d%c", button, m.Col+1, m.Row+1, end)
	}
	if m.Col > 222 || m.Row > 222 {
		return nil
	}
	if release {
		button = 3
	}
	return []byte{0x1B, '[', 'M', byte(32 + button), byte(33 + m.Col), byte(33 + m.Row)}
}
