package stage

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestBindings: on no screen does a key do two things, or is the beginning of another; each can be
// read by the grammar, and help says what each does.
func TestBindings(t *testing.T) {
	grammar := regexp.MustCompile(`^(<number>)?([!-;=?-~]{1,2}| |<(c-[]a-z]|s-(space|Tab|Down|Up|Left|Right|PageDown|PageUp)|cr|Esc|Tab|Backspace|Home|End|PageUp|PageDown|Left|Right|Up|Down|F[1-9][0-2]?)>)$`)
	for name, on := range map[string]Screen{"file": File, "window": Window, "desk": Desk, "seats": Seats, "pair": Pair, "terminal": Terminal, "notes": Notes} {
		helped, all := map[Action]bool{}, []string{}
		for _, b := range Bindings(on) {
			helped[b.Action] = helped[b.Action] || b.Help != "" || b.Action == "open"
			for _, k := range b.Keys {
				if !grammar.MatchString(k) {
					t.Errorf("%s: %q is no key", name, k)
				}
				all = append(all, k)
			}
		}
		for a, ok := range helped {
			if !ok {
				t.Errorf("%s: help does not say what %s does", name, a)
			}
		}
		for i, k := range all {
			for j, other := range all {
				if i != j && strings.HasPrefix(other, k) {
					t.Errorf("%s: %q and %q cannot be told apart", name, k, other)
				}
			}
		}
	}
}

// TestDefaults: the player has the keys that speakers know.
func TestDefaults(t *testing.T) {
	for action, keys := range map[Action]string{
		"next": "l j <Right> <PageDown> <Down>", "nextSlide": "n", "prev": "h k <Left> <PageUp> <Up>", "prevSlide": "p", "first": "gg", "last": "G",
		"number": "<number>G", "run": "<c-e>", "reload": "<c-r>", "index": "<c-p>", "help": "?", "layout": "T", "close": "<Esc>",
		"exit": "<c-c> q", "suspend": "<c-z>", "all": "s", "terminal": "i", "focus": "<Tab>", "runFocused": "<cr>", "overview": "o", "black": "b",
		"scrollDown": "<c-d>", "scrollUp": "<c-u>", "timer": "t",
	} {
		var has []string
		for _, b := range Bindings(Terminal) {
			if b.Action == action {
				has = append(has, b.Keys...)
			}
		}
		for _, k := range strings.Fields(keys) {
			if !slices.Contains(has, k) {
				t.Errorf("%s does not %s: its keys are %q", k, action, has)
			}
		}
	}
}

func TestLabel(t *testing.T) {
	for key, want := range map[string]string{"j": "j", " ": "Space", "<Right>": "→", "<c-p>": "Ctrl P", "<number>G": "12 G", "<number><cr>": "12 Enter",
		"<s-space>": "Shift Space", "<F5>": "F5", "gg": "gg", "?": "?"} {
		if got := Label(key); got != want {
			t.Errorf("Label(%q) = %q, want %q", key, got, want)
		}
	}
}
