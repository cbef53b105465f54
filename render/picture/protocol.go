package picture

import "strings"

// Protocol is how a terminal shows pictures.
type Protocol uint8

// The protocols.
const (
	None   Protocol = iota // the terminal has no colours
	Blocks                 // half blocks: two pixels a cell
	Sixel
	ITerm // iTerm2's inline pictures
	Kitty // kitty's protocol, with placeholders in the cells
)

func (p Protocol) String() string {
	return [...]string{"none", "half blocks", "sixel", "iTerm2", "kitty"}[p]
}

// InCells reports whether pictures are rows of cells. Others lie over the cells.
func (p Protocol) InCells() bool { return p == Kitty || p == Blocks }

// Terminal is what is known about a terminal.
type Terminal struct {
	Program     string // TERM_PROGRAM, or the name that the terminal gives itself
	Multiplexer string // "tmux", "screen" or ""
	Passes      bool   // tmux hands sequences to its terminal
	Kitty       bool   // it has answered that it takes kitty's pictures
	Sixel       bool   // its attributes name sixel
	Colours     int    // 0, 16, 256 or 1<<24
}

// placeholders are the terminals that know kitty's placeholders. Others that take kitty's pictures would
// show the characters.
var placeholders = []string{"kitty", "ghostty"}

// inlines are the terminals that know iTerm2's pictures.
var inlines = []string{"iterm", "wezterm", "mintty", "rio"}

// Choose returns the best protocol that a terminal has for certain. A protocol that it does not have
// would fill the slide with letters.
func Choose(t Terminal) Protocol {
	direct := t.Multiplexer == "" || t.Multiplexer == "tmux" && t.Passes
	switch {
	case t.Colours == 0:
		return None
	case t.Kitty && direct && t.Colours >= 256 && named(t.Program, placeholders):
		return Kitty
	case t.Multiplexer == "" && named(t.Program, inlines):
		return ITerm
	case t.Sixel && t.Multiplexer != "screen": // tmux names sixel if it shows them itself
		return Sixel
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

// Program returns the name of the terminal that the environment tells, or "". Within tmux, the variables
// of the terminal that tmux was started in may still be there.
func Program(getenv func(string) string) string {
	for _, v := range []struct{ variable, program string }{
		{"KITTY_WINDOW_ID", "kitty"}, {"GHOSTTY_RESOURCES_DIR", "ghostty"}, {"WEZTERM_PANE", "wezterm"},
		{"ITERM_SESSION_ID", "iterm"},
	} {
		if getenv(v.variable) != "" {
			return v.program
		}
	}
	if p := getenv("TERM_PROGRAM"); p != "tmux" {
		return p
	}
	return ""
}
