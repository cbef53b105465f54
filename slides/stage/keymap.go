package stage

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// dialect has the actions that the dialect names, by these names, with the keys that it gives them. A
// configured key that is already one of these is a conflict; other keys of the table give way to it.
// Further actions are configured under the names of the table, in lower case: scrollDown is scroll_down.
var dialect = []struct {
	name   string
	action Action
	keys   []string
}{
	{"next", "next", []string{"l", "j", "<Right>", "<PageDown>", "<Down>", " "}},
	{"next_fast", "nextSlide", []string{"n"}},
	{"previous", "prev", []string{"h", "k", "<Left>", "<PageUp>", "<Up>"}},
	{"previous_fast", "prevSlide", []string{"p"}},
	{"first_slide", "first", []string{"gg"}},
	{"last_slide", "last", []string{"G"}},
	{"go_to_slide", "number", []string{"<number>G"}},
	{"execute_code", "run", []string{"<c-e>"}},
	{"reload", "reload", []string{"<c-r>"}},
	{"toggle_slide_index", "index", []string{"<c-p>"}},
	{"toggle_bindings", "help", []string{"?"}},
	{"toggle_layout_grid", "layout", []string{"T"}},
	{"close_modal", "close", []string{"<Esc>"}},
	{"exit", "exit", []string{"<c-c>", "q"}},
	{"suspend", "suspend", []string{"<c-z>"}},
	{"skip_pauses", "all", []string{"s"}},
}

// ConfigName returns the name of an action in a configuration: "next_fast", "scroll_down".
func (a Action) ConfigName() string {
	for _, d := range dialect {
		if d.action == a {
			return d.name
		}
	}
	var b strings.Builder
	for _, r := range string(a) {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Actions returns the names of a screen's actions in a configuration, in the order of help.
func Actions(on Screen) []string {
	var out []string
	for _, b := range Bindings(on) {
		if n := b.Action.ConfigName(); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Override gives an action other keys than the table does.
type Override struct {
	Action string // its name in a configuration
	Keys   []Configured
	At     slides.Span // of the name; zero: nowhere
}

// Configured is a key, or keys pressed in a row, as somebody has written them: as in Binding, and
// also <page_down>, <space>, <enter>, <C-x>.
type Configured struct {
	Keys string
	At   slides.Span
}

// Keymap turns keys that are pressed into actions. It belongs to one goroutine.
type Keymap struct {
	rows  []Binding  // for help
	known []sequence // every action's keys
	typed []string   // the beginning of a sequence
}

// sequence is one or several keys in a row that do something.
type sequence struct {
	Configured
	action Action
	keys   []string
	weak   bool // gives way to a configured key
	own    bool // is configured
}

const number = "<number>"

// NewKeymap returns the keys of a screen, with overrides; a later override of an action replaces an
// earlier one. An error is a slides.Diags with all mistakes in the overrides: unknown actions, unknown
// keys, and keys that cannot be told apart.
func NewKeymap(on Screen, overrides []Override) (*Keymap, error) {
	m := &Keymap{}
	var diags slides.Diags
	fail := func(at slides.Span, msg, hint string) {
		diags = append(diags, slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Msg: msg, Hint: hint}.Short())
	}
	chosen := map[string]*Override{}
	names := Actions(on)
	for i, o := range overrides {
		switch {
		case slices.Contains(names, o.Action):
			chosen[o.Action] = &overrides[i]
		case !slices.Contains(Actions(^Screen(0)), o.Action):
			fail(o.At, "unknown action "+text.Name(o.Action), text.Suggest(o.Action, "actions: ", names))
		} // actions of other screens have no keys here
	}
	for _, b := range Bindings(on) {
		o, n := chosen[b.Action.ConfigName()], len(m.known)
		i := slices.IndexFunc(m.rows, func(r Binding) bool { return r.Action == b.Action })
		if i < 0 {
			i = len(m.rows)
			m.rows = append(m.rows, Binding{Action: b.Action, Help: b.Help, On: on})
			if o != nil {
				m.known = append(m.known, o.sequences(b.Action, fail)...)
			}
		}
		if o == nil {
			m.known = append(m.known, defaults(b)...)
		}
		for _, s := range m.known[n:] {
			m.rows[i].Keys = append(m.rows[i].Keys, strings.Join(s.keys, ""))
		}
	}
	m.yield()
	for i, a := range m.known {
		for _, b := range m.known[:i] {
			if ahead(a.keys, b.keys) || ahead(b.keys, a.keys) {
				if !a.own {
					a, b = b, a
				}
				fail(a.At, fmt.Sprintf("conflicting keybindings: %s and %s, of the actions %s and %s", a.Keys, b.Keys,
					a.action.ConfigName(), b.action.ConfigName()), "choose other keys for one of them")
			}
		}
	}
	if diags != nil {
		diags.Sort()
		return nil, diags
	}
	return m, nil
}

// maxKeys bounds the keys of an action, because each key is compared with all others.
const maxKeys = 32

// sequences reads the keys of an override.
func (o *Override) sequences(a Action, fail func(at slides.Span, msg, hint string)) []sequence {
	var out []sequence
	if len(o.Keys) > maxKeys {
		fail(o.Keys[maxKeys].At, fmt.Sprintf("%s has more than %d keys", o.Action, maxKeys), "")
		return nil
	}
	for _, c := range o.Keys {
		keys, err := ParseKeys(c.Keys)
		if err == nil && a == "number" && !slices.Contains(keys, number) {
			err = errors.New("it needs <number>, which stands for the number of the slide")
		}
		if err != nil {
			fail(c.At, fmt.Sprintf("%s: the key %s: %v", o.Action, text.Name(c.Keys), err), "as in j, gg, <c-e>, <PageDown>, <number>G")
			continue
		}
		out = append(out, sequence{c, a, keys, false, true})
	}
	if len(o.Keys) == 0 && a == "exit" {
		fail(o.At, "exit needs a key, else nobody could end the talk", "as in exit: [\"q\"]")
	}
	return out
}

// defaults returns a binding of the table as sequences.
func defaults(b Binding) []sequence {
	var firm []string
	for _, d := range dialect {
		if d.action == b.Action {
			firm = d.keys
		}
	}
	var out []sequence
	for _, k := range b.Keys {
		keys, err := ParseKeys(k)
		if err != nil {
			panic(fmt.Sprintf("stage: key %q: %v", k, err))
		}
		out = append(out, sequence{Configured{Keys: k}, b.Action, keys, !slices.Contains(firm, k), false})
	}
	return out
}

// yield drops weak keys that conflict with configured ones.
func (m *Keymap) yield() {
	m.known = slices.DeleteFunc(slices.Clone(m.known), func(w sequence) bool {
		if !w.weak || !slices.ContainsFunc(m.known, func(o sequence) bool { return o.own && (ahead(o.keys, w.keys) || ahead(w.keys, o.keys)) }) {
			return false
		}
		i := slices.IndexFunc(m.rows, func(r Binding) bool { return r.Action == w.action })
		m.rows[i].Keys = slices.DeleteFunc(m.rows[i].Keys, func(k string) bool { return k == strings.Join(w.keys, "") })
		return true
	})
}

// ahead reports whether some input that completes a completes or begins b.
func ahead(a, b []string) bool {
	for i, k := range a {
		switch {
		case i == len(b):
			return false // b is the shorter one
		case k == number && digit(b[i]) || b[i] == number && digit(k):
			return true // further digits could be of the number, or keys
		case k != b[i]:
			return false
		}
	}
	return len(a) <= len(b)
}

func digit(key string) bool { return len(key) == 1 && key[0] >= '0' && key[0] <= '9' }

// Help returns the bindings in force, in the order of help. An action without a key is left out.
func (m *Keymap) Help() []Binding {
	return slices.DeleteFunc(slices.Clone(m.rows), func(b Binding) bool { return len(b.Keys) == 0 })
}

// Key returns the first key of an action as help names it, "" if it has none.
func (m *Keymap) Key(a Action) string {
	for _, b := range m.rows {
		if b.Action == a && len(b.Keys) > 0 {
			return Label(b.Keys[0])
		}
	}
	return ""
}

// maxTyped bounds the keys in a row; no slide has a longer number.
const maxTyped = 9

// Press takes a key, written as in Binding. It returns the action that the key completes, and its
// number, 0 if it has none; or "". It reports whether the key is the beginning of a longer sequence.
// A key that does not go on with a sequence begins a new one; <Esc> only ends it.
func (m *Keymap) Press(key string) (a Action, n int, waiting bool) {
	key = canonical(key)
	m.typed = append(m.typed, key)
	a, n, waiting = m.match()
	if a == "" && !waiting && len(m.typed) > 1 && key != "<Esc>" {
		m.typed = append(m.typed[:0], key)
		a, n, waiting = m.match()
	}
	if !waiting {
		m.Reset()
	}
	return a, n, waiting
}

// Typed returns the beginning of a sequence that was typed: "12", "g".
func (m *Keymap) Typed() string { return strings.Join(m.typed, "") }

// Reset forgets the beginning of a sequence.
func (m *Keymap) Reset() { m.typed = m.typed[:0] }

// match compares what was typed with all sequences.
func (m *Keymap) match() (a Action, n int, waiting bool) {
	for _, s := range m.known {
		if n, rest, ok := s.match(m.typed); ok && rest == 0 {
			return s.action, n, false
		} else if ok {
			waiting = len(m.typed) <= maxTyped
		}
	}
	return "", 0, waiting
}

// match reports whether keys are the beginning of s, and how many of its keys are still missing.
func (s *sequence) match(keys []string) (n, rest int, ok bool) {
	for i, want := range s.keys {
		if len(keys) == 0 {
			return n, len(s.keys) - i, true
		}
		if want != number {
			if keys[0] != want {
				return 0, 0, false
			}
			keys = keys[1:]
			continue
		}
		digits := 0
		for digits < len(keys) && digit(keys[digits]) {
			digits++
		}
		n, _ = strconv.Atoi(strings.Join(keys[:digits], "")) // at most maxTyped digits
		if keys = keys[digits:]; digits == 0 {
			return 0, 0, false
		}
	}
	return n, 0, len(keys) == 0
}

// named are the keys with names, by these names in lower case and without "_".
var named = map[string]string{
	"pageup": "<PageUp>", "pagedown": "<PageDown>", "cr": "<cr>", "enter": "<cr>", "home": "<Home>", "end": "<End>",
	"left": "<Left>", "right": "<Right>", "up": "<Up>", "down": "<Down>", "esc": "<Esc>", "tab": "<Tab>",
	"backspace": "<Backspace>", "delete": "<Delete>", "insert": "<Insert>", "space": " ", "number": number,
	"c-i": "<Tab>", "c-m": "<cr>", "c-[": "<Esc>", // a terminal sends the same for both
}

// ParseKeys splits keys in a row, and returns each in the form of Binding.
func ParseKeys(s string) ([]string, error) {
	var out []string
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r == '<' {
			n = strings.IndexByte(s, '>') + 1
			if strings.HasPrefix(s[n:], ">") && n == len("<c->") {
				n++ // <c->>
			}
			if n == 0 {
				return nil, errors.New("a name in < > does not end")
			}
		} else if !plainKey(r) {
			return nil, fmt.Errorf("%q is no key", r)
		}
		key := canonical(s[:n])
		if key == "" {
			return nil, fmt.Errorf("there is no key %s", text.Name(s[:n]))
		}
		if key == number && slices.Contains(out, number) {
			return nil, errors.New("there may be only one <number>")
		}
		if digit(key) && len(out) > 0 && out[len(out)-1] == number {
			return nil, fmt.Errorf("the %s would be part of the number", key)
		}
		out, s = append(out, key), s[n:]
	}
	switch {
	case out == nil:
		return nil, errors.New("it is empty")
	case len(out) > maxTyped:
		return nil, fmt.Errorf("there may be at most %d keys in a row", maxTyped)
	}
	return out, nil
}

// plainKey reports whether a character is a key by itself.
func plainKey(r rune) bool {
	return r < utf8.RuneSelf && r >= ' ' && r != '<' && r != '>' && r != 0x7f || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// canonical returns the one form of a key, "" for a name in angle brackets that no key has.
func canonical(key string) string {
	if len(key) < 3 || key[0] != '<' || key[len(key)-1] != '>' {
		return key
	}
	name := strings.ToLower(key[1 : len(key)-1])
	if k, ok := named[strings.ReplaceAll(name, "_", "")]; ok {
		return k
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "f")); err == nil && n >= 1 && n <= 12 && name == fmt.Sprint("f", n) {
		return "<F" + strconv.Itoa(n) + ">"
	}
	held, rest, _ := strings.Cut(name, "-")
	if held != "c" && held != "a" && held != "s" {
		return ""
	}
	if k, ok := named[strings.ReplaceAll(rest, "_", "")]; ok && k != number {
		if k == " " {
			return "<" + held + "-space>"
		}
		return "<" + held + "-" + strings.Trim(k, "<>") + ">"
	}
	r, n := utf8.DecodeRuneInString(rest)
	if n == 0 || n != len(rest) || held == "s" || r != '<' && r != '>' && !plainKey(r) {
		return ""
	}
	if held == "a" { // Alt leaves the case of a character; Control does not know it
		return "<a-" + key[len("<a-"):]
	}
	return "<" + held + "-" + rest + ">"
}
