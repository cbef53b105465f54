package slides

// Snippet is a fenced code block: what is shown of it, and the program if it is executable.
type Snippet struct {
	ID       string // of +id, unique in the deck, "" without one
	Lang     string // canonical name, "rust" for "rs"; as written if unknown
	Word     string // the language as the author wrote it, for display: "rs"
	Code     string // the program's exact bytes, hidden lines included
	Exec     Exec
	Show     Show
	Env      []string // NAME=value of the +env file
	Place    Place    // the place of its output
	Slide    int      // index in Deck.Slides, -1 on a skipped slide
	At       Span     // the whole block
	Info     Pos      // the language word after the fence
	External *File    // the file of a `file` block
	Key      Key

	// Lines maps line i+1 of Code to its place in the deck (or External), for compiler messages;
	// Numbers maps it to its line in Show, 0 if it is hidden.
	Lines   []Pos
	Numbers []int
}

// Name returns the snippet's name in messages: its id, or its place.
func (s *Snippet) Name() string {
	if s.ID != "" {
		return s.ID
	}
	return s.At.Pos.String()
}

// Mode says how a snippet's program is run and how its output is shown.
type Mode string

// Modes. A snippet has one; Exec has the other attributes of its fence.
const (
	NotExecutable Mode = ""
	ModeExec      Mode = "exec"     // output under the code, or at its placeholders
	ModeReplace   Mode = "replace"  // output instead of the code
	ModeImage     Mode = "image"    // output is a picture, shown instead of the code
	ModeTerminal  Mode = "terminal" // the program gets the real terminal
	ModePty       Mode = "pty"      // the program runs in a pseudo terminal
	ModeRender    Mode = "render"   // the code is a diagram or formula, drawn instead of the code
	ModeValidate  Mode = "validate" // run by check only, output not shown
)

// Place says where the output of a snippet is shown. It follows from the snippet's mode and id and
// from the deck's placeholders, and every backend obeys it.
type Place string

// Places. A snippet without output to show has none of them.
const (
	Below   Place = "below"   // under the code
	Placed  Place = "placed"  // at the placeholders, and only there
	Instead Place = "instead" // in place of the code
	Nowhere Place = "nowhere" // it has an id, and no placeholder names it: only the outcome shows, at the code
)

// Exec is how a snippet is run.
type Exec struct {
	Mode     Mode
	Auto     bool   // on load, without a key press: +auto_exec, replace, image
	Executor string // the alternative after the colon, "" for the language's own
	Expect   Expect
	Pty      bool // +pty was given: a pseudo terminal, even if Mode is ModeReplace
	Standby  bool // +pty:standby
	PtyCols  int  // +pty:COLS:ROWS, 0: as large as possible
	PtyRows  int
}

// The size of a pseudo terminal where neither the fence nor a display decides it.
const (
	DefaultCols = 80
	DefaultRows = 24
)

// Draws reports whether the output of the program is a picture.
func (e Exec) Draws() bool { return e.Mode == ModeImage || e.Mode == ModeRender }

// OnScreen reports whether the program runs in a pseudo terminal of its own, so that its result has
// a Screen.
func (e Exec) OnScreen() bool { return e.Pty && (e.Mode == ModePty || e.Mode == ModeReplace) }

// Show is how a snippet's code is displayed.
type Show struct {
	Lines        []string  // visible lines, tabs expanded to 4 spaces, no line endings
	Tabbed       []string  // Lines with their tabs, for a format that keeps them; nil: there are none
	LineNumbers  bool      // +line_numbers
	NoBackground bool      // +no_background
	Groups       [][]Range // {1,3-5|all}: highlight groups; an empty group is all lines
	Width        int       // +width, percent, 0 if not given
	Hidden       int       // how many lines are hidden
}

// Written returns the visible lines as the author wrote them, with tabs.
func (s *Show) Written() []string {
	if s.Tabbed != nil {
		return s.Tabbed
	}
	return s.Lines
}
