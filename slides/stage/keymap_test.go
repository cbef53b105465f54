package stage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// override is an override without a place.
func override(action string, keys ...string) Override {
	o := Override{Action: action}
	for _, k := range keys {
		o.Keys = append(o.Keys, Configured{Keys: k})
	}
	return o
}

// play presses keys, and lists what they do: actions with their numbers, "…" for a key that waits, "-"
// for nothing.
func play(m *Keymap, keys ...string) string {
	var out []string
	for _, k := range keys {
		a, n, waiting := m.Press(k)
		switch {
		case waiting:
			out = append(out, "…")
		case a == "":
			out = append(out, "-")
		case n > 0:
			out = append(out, fmt.Sprint(a, n))
		default:
			out = append(out, string(a))
		}
	}
	return strings.Join(out, " ")
}

func TestPress(t *testing.T) {
	for _, tt := range []struct {
		name      string
		overrides []Override
		keys      []string
		want      string
	}{
		{"one key", nil, []string{"j", "<Right>", " ", "<c-e>", "q"}, "next next next run exit"},
		{"two keys", nil, []string{"g", "g", "g", "g"}, "… first … first"},
		{"a number", nil, []string{"1", "2", "G"}, "… … number12"},
		{"a number and Enter", nil, []string{"7", "<cr>", "<cr>"}, "… number7 runFocused"},
		{"no number", nil, []string{"G"}, "last"},
		{"a key that does not go on", nil, []string{"1", "2", "j", "g", "n"}, "… … next … nextSlide"},
		{"a sequence that begins anew", nil, []string{"1", "g", "g"}, "… … first"},
		{"Esc ends a sequence, and closes without one", nil, []string{"g", "<Esc>", "<Esc>", "4", "<Esc>", "G"}, "… - close … - last"},
		{"no key", nil, []string{"z", "ß", "<F9>", "<c-]>"}, "- - - leave"},
		{"a number too long", nil, strings.Split("1234567890G", ""), "… … … … … … … … … … number"},
		{"other names of keys", nil, []string{"<Enter>", "<page_down>", "<C-e>", "<c-i>", "<space>"}, "runFocused next run focus next"},
		{"an override replaces the list", []Override{override("next", "x1", "<F5>")}, []string{"j", "<F5>", "x", "1"}, "- next … next"},
		{"the later override", []Override{override("next", "u"), override("next", "<a-N>")}, []string{"u", "<a-n>", "<a-N>"}, "- - next"},
		{"a reference's key moves", []Override{override("next", "q"), override("exit", "j", "<c-c>")}, []string{"q", "j"}, "next exit"},
		{"our own key gives way", []Override{override("next", "o", "e", "<Tab>"), override("previous", "i")}, []string{"o", "e", "<Tab>", "i", "<c-e>"}, "next next next prev run"},
		{"an own action", []Override{override("scroll_down", "<c-f>"), override("black", "<c-b>")}, []string{"<c-f>", "<c-d>", "<c-b>"}, "scrollDown - black"},
		{"a number in the middle", []Override{override("go_to_slide", ":<number><cr>")}, []string{":", "4", "2", "<cr>", "4"}, "… … … number42 -"},
		{"a number at the end is a digit", []Override{override("go_to_slide", "m<number>")}, []string{"m", "4", "2"}, "… number4 -"},
		{"no keys", []Override{override("reload")}, []string{"<c-r>"}, "-"},
		{"an action of other screens", []Override{override("full", "j")}, []string{"j"}, "next"},
		{"letters of all languages", []Override{override("next", "ñ", "д")}, []string{"ñ", "д"}, "next next"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := NewKeymap(Terminal, tt.overrides)
			if err != nil {
				t.Fatal(err)
			}
			if got := play(m, tt.keys...); got != tt.want {
				t.Errorf("%q: got %s, want %s", tt.keys, got, tt.want)
			}
		})
	}
}

func TestTyped(t *testing.T) {
	m, err := NewKeymap(Terminal, nil)
	if err != nil {
		t.Fatal(err)
	}
	play(m, "4", "2")
	if got := m.Typed(); got != "42" {
		t.Errorf("typed %q", got)
	}
	m.Reset()
	if got := play(m, "G"); got != "last" || m.Typed() != "" {
		t.Errorf("after Reset, G does %s, and %q is left", got, m.Typed())
	}
}

// TestConflicts: keys that cannot be told apart are refused, with both of them in the message.
func TestConflicts(t *testing.T) {
	file := slides.NewFile("slidexec.yaml", "slidexec.yaml", []byte("0123456789\n"))
	for _, tt := range []struct {
		overrides []Override
		want      []string // in the message
	}{
		{[]Override{override("next", "q")}, []string{"q and q", "next", "exit"}},
		{[]Override{override("next", "g")}, []string{"g and gg", "first_slide"}},
		{[]Override{override("next", "gga")}, []string{"gga and gg"}},
		{[]Override{override("next", "j", "j")}, []string{"j and j"}},
		{[]Override{override("previous", "<c-w>a"), override("next", "<C-W>")}, []string{"<c-w>a and <C-W>"}},
		{[]Override{override("next", "5")}, []string{"5 and <number>G"}},
		{[]Override{override("last_slide", "<number>Gx")}, []string{"<number>Gx and <number>G"}},
		{[]Override{override("overview", "u"), override("black", "u")}, []string{"u and u", "overview", "black"}},
		{[]Override{override("go_to_slide", "m")}, []string{"go_to_slide", "key m", "<number>"}},
		{[]Override{override("next", "<number>a<number>")}, []string{"only one <number>"}},
		{[]Override{override("next", "<number>1")}, []string{"part of the number"}},
		{[]Override{override("next", "<hi>")}, []string{"there is no key", "<hi>"}},
		{[]Override{override("next", "<f13>")}, []string{"there is no key"}},
		{[]Override{override("next", "<f01>")}, []string{"there is no key"}},
		{[]Override{override("next", "<c-w")}, []string{"does not end"}},
		{[]Override{override("next", "<c-number>")}, []string{"there is no key"}},
		{[]Override{override("next", "🚀")}, []string{"is no key"}},
		{[]Override{override("next", "a\x1b")}, []string{"is no key"}},
		{[]Override{override("next", "")}, []string{"it is empty"}},
		{[]Override{override("next", "aaaaaaaaaa")}, []string{"at most 9 keys"}},
		{[]Override{override("next", strings.Split(strings.Repeat("a", 33), "")...)}, []string{"more than 32 keys"}},
		{[]Override{override("exit")}, []string{"exit needs a key"}},
		{[]Override{override("nexxt", "x")}, []string{"unknown action", "nexxt"}},
	} {
		for i := range tt.overrides {
			tt.overrides[i].At = slides.Span{Pos: slides.Pos{File: file, Off: i}, End: i + 1}
			for k := range tt.overrides[i].Keys {
				tt.overrides[i].Keys[k].At = slides.Span{Pos: slides.Pos{File: file, Off: 4 + i}, End: 6}
			}
		}
		m, err := NewKeymap(Terminal, tt.overrides)
		diags, ok := errors.AsType[slides.Diags](err)
		if !ok || m != nil || len(diags) != 1 {
			t.Errorf("%v: %v and %v", tt.overrides, m, err)
			continue
		}
		for _, w := range tt.want {
			if !strings.Contains(diags[0].Msg, w) || !diags[0].Pos.IsValid() || strings.ContainsRune(diags[0].Msg, '\x1b') {
				t.Errorf("%v: %q at %v lacks %q", tt.overrides[0], diags[0].Msg, diags[0].Pos, w)
			}
		}
	}
}

// TestHelp: help has the keys in force.
func TestHelp(t *testing.T) {
	m, err := NewKeymap(Terminal, []Override{override("next", "e", "<F5>"), override("black"), override("overview", "<page_up>x"), override("previous", "h")})
	if err != nil {
		t.Fatal(err)
	}
	got := map[Action]string{}
	for _, b := range m.Help() {
		if got[b.Action] != "" || b.Help == "" {
			t.Errorf("two rows of %s, or one without a text", b.Action)
		}
		got[b.Action] = strings.Join(b.Keys, " ")
	}
	for a, want := range map[Action]string{"next": "e <F5>", "prev": "h", "black": "", "overview": "<PageUp>x", "run": "<c-e>", "all": "s S"} {
		if got[a] != want {
			t.Errorf("%s has the keys %q, want %q", a, got[a], want)
		}
	}
	if m.Key("next") != "e" || m.Key("black") != "" || m.Key("run") != "Ctrl E" {
		t.Errorf("keys %q, %q, %q", m.Key("next"), m.Key("black"), m.Key("run"))
	}
}

func TestConfigNames(t *testing.T) {
	for a, want := range map[Action]string{"nextSlide": "next_fast", "scrollDown": "scroll_down", "runFocused": "run_focused", "black": "black"} {
		if got := a.ConfigName(); got != want {
			t.Errorf("%s is called %s, want %s", a, got, want)
		}
	}
	for _, d := range dialect {
		on := false
		for _, b := range Bindings(Terminal) {
			on = on || b.Action == d.action
		}
		if !on {
			t.Errorf("the player has no %s", d.name)
		}
	}
}

func FuzzParseKeys(f *testing.F) {
	for _, b := range bindings {
		f.Add(strings.Join(b.Keys, ""))
	}
	f.Add("<c-><a->><s-<number>")
	f.Fuzz(func(t *testing.T, s string) {
		keys, err := ParseKeys(s)
		if err != nil {
			return
		}
		again, err := ParseKeys(strings.Join(keys, ""))
		if err != nil || strings.Join(again, "\x00") != strings.Join(keys, "\x00") {
			t.Errorf("%q is %q, which is %q (%v)", s, keys, again, err)
		}
	})
}
