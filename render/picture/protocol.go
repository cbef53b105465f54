package picture

import (
	"slices"
	"strings"
)

// Protocol is how a terminal shows pictures.
type Protocol uint8

// The protocols. Auto is none of them, but the wish for the best one.
const (
	Auto   Protocol = iota
	None            // a frame with the description
	Blocks          // half blocks: two pixels a cell
	Sixel
	ITerm // iTerm2's inline pictures
	Kitty // kitty's protocol, with placeholders in the cells
)

// words are the names of the protocols.
var words = [...]string{"auto", "none", "blocks", "sixel", "iterm2", "kitty"}

func (p Protocol) String() string { return words[p] }

// Words returns the names of all protocols, the best ones first behind "auto".
func Words() []string {
	out := slices.Clone(words[:])
	slices.Reverse(out[1:])
	return out
}

// Parse returns the protocol of a name.
func Parse(word string) (p Protocol, ok bool) {
	i := slices.Index(words[:], word)
	return Protocol(max(i, 0)), i >= 0
}

// InCells reports whether pictures are rows of cells. Others lie over the cells.
func (p Protocol) InCells() bool { return p == Kitty || p == Blocks }

// Terminal is what is known about a terminal.
type Terminal struct {
	Program     string   // TERM_PROGRAM, or the name that the terminal gives itself
	Multiplexer string   // "tmux", "screen" or ""
	Passes      bool     // tmux hands sequences to its terminal
	Kitty       bool     // it has answered that it takes kitty's pictures
	Sixel       bool     // its attributes name sixel
	Colours     int      // 0, 16, 256 or 1<<24
	Wanted      Protocol // the user says that the terminal has this one
}

// placeholders are the terminals that know kitty's placeholders. Others that take kitty's pictures would
// show the characters.
var placeholders = []string{"kitty", "ghostty"}

// inlines are the terminals that know iTerm2's pictures.
var inlines = []string{"iterm", "wezterm", "mintty", "rio"}

// Choose returns the best protocol that a terminal has for certain, or the wanted one. A protocol that it does
// not have would fill the slide with letters. What stands between us and the terminal counts in any case:
// neither a multiplexer that passes nothing nor colours that cannot number pictures become better by a wish.
func Choose(t Terminal) Protocol {
	direct := t.Multiplexer == "" || t.Multiplexer == "tmux" && t.Passes
	has := func(p Protocol, known bool) bool { return t.Wanted == p || t.Wanted == Auto && known }
	switch {
	case t.Wanted == None || t.Wanted == Auto && t.Colours == 0:
		return None
	case direct && t.Colours >= 256 && has(Kitty, t.Kitty && named(t.Program, placeholders)):
		return Kitty
	case direct && has(ITerm, t.Multiplexer == "" && named(t.Program, inlines)):
		return ITerm
	case has(Sixel, t.Sixel) && (direct || t.Sixel && t.Multiplexer == "tmux"): // tmux names it if it shows it itself
		return Sixel
	case t.Colours == 0:
		return None
	}
	return Blocks
}

func named(program string, list []string) bool {
	program = strings.ToLower(program)
	for _, name := range list {
		if strings.HasPrefix(program, name) {
			return true
		}
	}
	return false
}

// environment says which variables name a terminal, those first that an older terminal, from which this one
// was started, cannot have left there. A TERM comes through ssh, and so does LC_TERMINAL, as servers take all of
// LC_*.
var environment = []struct {
	variable string
	program  func(value string) string // "": the value says nothing
}{
	{"TERM", func(v string) string {
		name := strings.TrimPrefix(v, "xterm-")
		if named(name, placeholders) || named(name, inlines) {
			return name
		}
		return ""
	}},
	{"TERM_PROGRAM", func(v string) string {
		if v == "tmux" {
			return ""
		}
		return v
	}},
	{"KITTY_WINDOW_ID", func(string) string { return "kitty" }},
	{"GHOSTTY_RESOURCES_DIR", func(string) string { return "ghostty" }},
	{"WEZTERM_PANE", func(string) string { return "wezterm" }},
	{"ITERM_SESSION_ID", func(string) string { return "iterm" }},
	{"LC_TERMINAL", func(v string) string { return v }},
}

// Program returns the name of the terminal that the environment tells, or "". Within tmux, the variables
// of the terminal that tmux was started in may still be there.
func Program(getenv func(string) string) string {
	for _, e := range environment {
		if v := getenv(e.variable); v != "" {
			if name := e.program(v); name != "" {
				return name
			}
		}
	}
	return ""
}
