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
	Notes                       // the speaker's view in a terminal
	Seats                       // a served page that follows the talk without any control
	Pair                        // a page without a server, with a speaker's view in a second window

	served    = Window | Desk
	pages     = File | served | Seats | Pair
	hands     = served | Pair // where the mouse, a pen or a finger shows the audience something
	terminals = Terminal | Notes
	every     = pages | terminals
)

// Action is the effect of a key.
type Action string

// Binding says which keys do what.
//
// A key is a character, or a name in angle brackets: <Right>, <PageDown>, <cr>, <Esc>, <Tab>, <F1>;
// <c-x> and <a-x> for x with the Control or Alt key, <s-space> and <s-Tab> with Shift. Keys in a row
// are pressed one by one. <number> stands for digits.
type Binding struct {
	Action Action
	Keys   []string
	Help   string // the text in help, "" if another binding's covers it
	On     Screen
}

// bindings is the one table of keys. Pages get their part of it as JSON; other keys do nothing
// anywhere. The order is that of help.
var bindings = []Binding{
	{"next", []string{"<Right>", " ", "j", "l", "<Down>", "<PageDown>"}, "next step", every},
	{"open", []string{"<cr>"}, "", pages}, // next step; in the overview, the slide
	{"prev", []string{"<Left>", "h", "k", "<Up>", "<PageUp>"}, "previous step", every},
	{"prev", []string{"<s-space>", "<Backspace>"}, "", every},
	{"nextSlide", []string{"n"}, "next slide", every},
	{"prevSlide", []string{"p"}, "previous slide", every},
	{"first", []string{"gg", "<Home>"}, "first slide", every},
	{"last", []string{"G", "<End>"}, "last slide", every},
	{"number", []string{"<number>G", "<number><cr>"}, "slide with that number", every},
	{"all", []string{"s", "S"}, "all steps of the slide", File | terminals},
	{"all", []string{"S"}, "all steps of the slide", served | Seats | Pair},
	{"overview", []string{"o", "<Esc>"}, "overview", File | Window | Seats | Pair},
	{"overview", []string{"o"}, "overview", Terminal},
	{"index", []string{"/"}, "find a slide", File | Window | Seats | Pair}, // Ctrl P is the browser's
	{"index", []string{"/", "o"}, "find a slide", Desk},
	{"index", []string{"<c-p>"}, "find a slide", Terminal},
	{"index", []string{"<c-p>", "o"}, "find a slide", Notes},
	{"scrollDown", []string{"<c-d>"}, "scroll down half a page", Terminal},
	{"scrollUp", []string{"<c-u>"}, "scroll up half a page", Terminal},
	{"rowDown", []string{"<s-Down>"}, "scroll down a row", Terminal},
	{"rowUp", []string{"<s-Up>"}, "scroll up a row", Terminal},
	{"pageDown", []string{"<s-PageDown>"}, "next page of a program's output", Terminal},
	{"pageUp", []string{"<s-PageUp>"}, "page before, or what left a program's terminal", Terminal},
	{"scrollDown", []string{"<c-d>"}, "scroll the notes down", Notes},
	{"scrollUp", []string{"<c-u>"}, "scroll the notes up", Notes},
	{"layout", []string{"T"}, "layout grid", pages | Terminal},
	{"full", []string{"f"}, "full screen", pages},
	{"tone", []string{"D"}, "dark or light", File | Seats},
	{"tone", []string{"D"}, "dark or light, for all who follow", served | Pair},
	{"point", []string{"r"}, "red pointer, while held or until pressed again", Window | Pair},
	{"spot", []string{"w"}, "spotlight, while held or until pressed again", hands},
	{"zoom", []string{"z"}, "zoom in at the mouse; the wheel and dragging change it", hands},
	{"draw", []string{"d"}, "draw: 1 to 5 colours, 0 eraser, Delete clears", hands},
	{"pan", []string{"<s-Up>", "<s-Down>", "<s-Left>", "<s-Right>"}, "scroll a box; move the pointer or what is zoomed", hands | Seats},
	{"black", []string{"b", "."}, "black screen", File | Window | Pair | Terminal},
	{"black", []string{"b", "."}, "black screen for the audience", Desk | Notes},
	{"timer", []string{"t"}, "start or pause the clock", Desk | Pair | terminals},
	{"pace", []string{"P"}, "show or hide the clock and the pace", Terminal},
	{"speaker", []string{"s"}, "speaker view", Window | Pair},
	{"run", []string{"e", "<c-e>"}, "run the slide's programs", served | terminals},
	{"stop", []string{"x"}, "stop the slide's programs", served | terminals},
	{"again", []string{"R"}, "run again every program that ran", served},
	{"focus", []string{"<Tab>"}, "go to the next box of the slide", Terminal},
	{"focusBack", []string{"<s-Tab>"}, "go to the box before", Terminal},
	{"runFocused", []string{"<cr>"}, "run the program of that box", Terminal},
	{"edit", []string{"E"}, "edit a program of the slide, in this talk alone", Window},
	{"terminal", []string{"i"}, "type into the program's terminal", Window | Terminal},
	{"leave", []string{"<c-]>"}, "leave the program's terminal", Window | Terminal},
	{"follow", []string{"F"}, "follow edits: on or off", served | Terminal},
	{"together", []string{"u"}, "move with the other windows: on or off", served},
	{"together", []string{"u"}, "move with the talk: on or off", Seats},
	{"address", []string{"a"}, "show the audience the address to follow the talk", Terminal},
	{"invite", []string{"a"}, "show the audience the address to follow the talk", Window},
	{"invite", []string{"a"}, "addresses to give away", Desk},
	{"reload", []string{"<c-r>"}, "read the deck again", Terminal},
	{"suspend", []string{"<c-z>"}, "suspend the talk until fg", Terminal},
	{"suspend", []string{"<c-z>"}, "suspend this view until fg", Notes},
	{"close", []string{"<Esc>"}, "close the open view", terminals},
	{"exit", []string{"q", "<c-c>"}, "end the talk", Terminal},
	{"exit", []string{"q", "<c-c>"}, "close the notes; the talk goes on", Notes},
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
	"<s-space>": "Shift Space", "<s-Tab>": "Shift Tab",
	"<s-Down>": "Shift ↓", "<s-Up>": "Shift ↑", "<s-Left>": "Shift ←", "<s-Right>": "Shift →", "<s-PageDown>": "Shift PgDn", "<s-PageUp>": "Shift PgUp",
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
	if rest, ok := strings.CutPrefix(key, "<a-"); ok {
		return "Alt " + strings.TrimSuffix(rest, ">")
	}
	return strings.Trim(key, "<>") // such as <F1>
}
