package stage

import (
	"slices"
	"strings"
)

// Screen is a kind of screen that has keys.
type Screen uint8

// The screens. They are bits, so that a binding can be for several.
const (
	File     Screen = 1 << iota // a page without a server
	Window                      // a served page, as the audience sees it
	Desk                        // the speaker's view
	Terminal                    // the player

	served = Window | Desk
	pages  = File | served
	every  = pages | Terminal
)

// Action is the effect of a key.
type Action string

// Binding says which keys do what.
//
// A key is a character, or a name in angle brackets: <Right>, <PageDown>, <cr>, <Esc>, <F1>, <c-x>
// for x with the Control key, <s-space> for the space bar with Shift. Keys in a row are pressed one
// by one. <number> stands for digits.
type Binding struct {
	Action Action   `json:"action"`
	Keys   []string `json:"keys"`
	Help   string   `json:"-"` // the text in help, "" if another binding's covers it
	On     Screen   `json:"-"`
}

// bindings is the one table of keys. Pages get their part of it as JSON; other keys do nothing
// anywhere. The order is that of help.
var bindings = []Binding{
	{"next", []string{"<Right>", " ", "j", "l", "<Down>", "<PageDown>"}, "next step", every},
	{"open", []string{"<cr>"}, "", pages}, // next step; in the overview, the slide
	{"prev", []string{"<Left>", "h", "k", "<Up>", "<PageUp>"}, "previous step", every},
	{"prev", []string{"<s-space>", "<Backspace>"}, "", pages},
	{"nextSlide", []string{"n"}, "next slide", every},
	{"prevSlide", []string{"p"}, "previous slide", every},
	{"first", []string{"gg", "<Home>"}, "first slide", every},
	{"last", []string{"G", "<End>"}, "last slide", every},
	{"number", []string{"<number>G", "<number><cr>"}, "slide with that number", every},
	{"all", []string{"s", "S"}, "all steps of the slide", File | Terminal},
	{"all", []string{"S"}, "all steps of the slide", served},
	{"overview", []string{"o", "<Esc>"}, "overview", File | Window},
	{"index", []string{"<c-p>"}, "find a slide", File | Window | Terminal},
	{"index", []string{"<c-p>", "o"}, "find a slide", Desk},
	{"layout", []string{"T"}, "layout grid", every},
	{"full", []string{"f"}, "full screen", pages},
	{"black", []string{"b", "."}, "black screen", File | Window | Terminal},
	{"black", []string{"b", "."}, "black screen for the audience", Desk},
	{"timer", []string{"t"}, "start or pause the clock", Desk},
	{"speaker", []string{"s"}, "speaker view", Window},
	{"run", []string{"e", "<c-e>"}, "run the slide's programs", served | Terminal},
	{"stop", []string{"x"}, "stop the slide's programs", served | Terminal},
	{"again", []string{"<c-r>"}, "run again every program that ran", served},
	{"follow", []string{"F"}, "follow edits: on or off", served},
	{"together", []string{"u"}, "move with the other windows: on or off", served},
	{"reload", []string{"<c-r>"}, "read the deck again", Terminal},
	{"suspend", []string{"<c-z>"}, "suspend the talk until fg", Terminal},
	{"close", []string{"<Esc>"}, "close the open view", Terminal},
	{"exit", []string{"q", "<c-c>"}, "end the talk", Terminal},
	{"help", []string{"?"}, "this help", every},
}

// Bindings returns the bindings of a screen, in the order of help.
func Bindings(on Screen) []Binding {
	return slices.DeleteFunc(slices.Clone(bindings), func(b Binding) bool { return b.On&on == 0 })
}

// labels are the names of keys in help; other keys have no special name.
var labels = map[string]string{
	" ": "Space", "<Right>": "→", "<Left>": "←", "<Up>": "↑", "<Down>": "↓", "<PageDown>": "PgDn", "<PageUp>": "PgUp",
	"<cr>": "Enter", "<Esc>": "Esc", "<Backspace>": "Backspace", "<Home>": "Home", "<End>": "End", "<Tab>": "Tab",
	"<s-space>": "Shift Space",
}

// Label returns the name of a key in help: "→", "Ctrl P", "12 G".
func Label(key string) string {
	if l, ok := labels[key]; ok {
		return l
	}
	if rest, ok := strings.CutPrefix(key, "<number>"); ok {
		return "12 " + Label(rest)
	}
	if rest, ok := strings.CutPrefix(key, "<c-"); ok {
		return "Ctrl " + strings.ToUpper(strings.TrimSuffix(rest, ">"))
	}
	return strings.Trim(key, "<>") // such as <F1>
}
