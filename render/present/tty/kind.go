package tty

import "strings"

// Kind is what the environment says about a terminal.
type Kind struct {
	Colours     int    // 0, 16, 256, or 1<<24
	Multiplexer string // "tmux" or "screen", which stand between us and the terminal; else ""
	Plain       bool   // TERM is dumb or unset: nothing but cursor movement can be expected
	console     bool   // the Linux console, which shows questions that it does not know
}

// TrueColour is the value of Kind.Colours for terminals with 24 bits a colour.
const TrueColour = 1 << 24

// direct are beginnings of TERM of terminals that have 24 bits a colour, and do not always say so.
var direct = []string{"xterm-kitty", "xterm-ghostty", "alacritty", "wezterm", "foot", "contour", "iterm", "rio"}

// KindOf reads the environment: NO_COLOR (no-color.org), CLICOLOR, COLORTERM and TERM, and the variables
// of multiplexers.
func KindOf(getenv func(string) string) Kind {
	term := getenv("TERM")
	k := Kind{Plain: term == "dumb" || term == "", console: term == "linux"}
	switch {
	case getenv("TMUX") != "":
		k.Multiplexer = "tmux"
	case getenv("STY") != "":
		k.Multiplexer = "screen"
	}
	k.Colours = colours(term, k.Multiplexer, getenv)
	return k
}

func colours(term, multiplexer string, getenv func(string) string) int {
	if getenv("NO_COLOR") != "" || getenv("CLICOLOR") == "0" || term == "dumb" || term == "" {
		return 0
	}
	depth := getenv("COLORTERM")
	switch {
	case multiplexer == "screen": // it takes the parts of a colour for attributes
	case depth == "truecolor" || depth == "24bit" || strings.HasSuffix(term, "-direct") || getenv("WT_SESSION") != "":
		return TrueColour
	default:
		for _, d := range direct {
			if strings.HasPrefix(term, d) {
				return TrueColour
			}
		}
	}
	if strings.Contains(term, "256color") {
		return 256
	}
	return 16
}

// enter returns what takes the screen.
func (k Kind) enter() string { return "\x1b[?1049h\x1b[2J\x1b[H" + k.modesOn() }

// leave returns what gives the screen back, the other way round. It is right at any moment, also in the
// middle of a synchronised update.
func (k Kind) leave() string { return "\x1b[?2026l\x1b[0m\x1b[r" + k.modesOff() + "\x1b[?1049l" }

// modesOn sets the modes of a talk: no cursor; lines do not wrap by themselves; presses, releases, the
// wheel, and moves with a button down, with cells as numbers; pastes in marks; the focus. Then changes
// between dark and light, and keys that cannot be mistaken (kitty's flags, which every screen has).
func (k Kind) modesOn() string {
	s := "\x1b[?25l\x1b[?7l"
	if !k.Plain {
		s += "\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?1004h"
		if !k.console {
			s += "\x1b[?2031h\x1b[>1u"
		}
	}
	return s
}

func (k Kind) modesOff() string {
	s := ""
	if !k.Plain {
		if !k.console {
			s += "\x1b[<u\x1b[?2031l"
		}
		s += "\x1b[?1004l\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l"
	}
	return s + "\x1b[?7h\x1b[?25h"
}

// questions returns what is asked after the first frame. The primary attributes come last: every
// terminal answers them, in order.
func (k Kind) questions() string {
	switch {
	case k.Plain:
		return ""
	case k.console:
		return attributes
	}
	s := "\x1b]11;?\x1b\\" + "\x1b[?996n" + "\x1b[16t\x1b[14t" + "\x1b[?2026$p" + "\x1b[>0q" + "\x1b[?u"
	if k.Multiplexer == "" { // tmux takes it for a title, and screen for its last line
		s += pictures
	}
	return s + attributes
}

const (
	attributes = "\x1b[c"
	pictures   = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" // kitty's: would it take a picture?
)

// Wrap returns a sequence in the form in which tmux hands it to its terminal.
func Wrap(sequence string) string {
	return "\x1bPtmux;" + strings.ReplaceAll(sequence, "\x1b", "\x1b\x1b") + "\x1b\\"
}
