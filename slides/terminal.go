package slides

import "bytes"

// Screen is the content of a program's terminal, for programs with a pseudo terminal (+pty). All
// text in it is safe to show: it has no control characters and no escape sequences but SGR.
type Screen struct {
	Cols, Rows int
	Lines      []string // the rows, at most Rows; each begins in the default style; empty ends are cut off
	Back       []string // rows that left at the top, the oldest first, bounded
	Col, Row   int      // place of the cursor, counted from 0
	Cursor     bool     // the cursor is visible
	Alternate  bool     // a full-screen program draws: nothing leaves at the top
	Mouse      bool     // the program wants to know about the mouse
}

// Text returns the rows of the screen as the output of a program, each with its line ending; empty
// rows at the end are left out. The text has no control characters but SGR.
func (s *Screen) Text() []byte {
	var b bytes.Buffer
	end := len(s.Lines)
	for end > 0 && s.Lines[end-1] == "" {
		end--
	}
	for _, l := range s.Lines[:end] {
		b.WriteString(l + "\n")
	}
	return b.Bytes()
}

// Size returns how many bytes of text a screen holds; nil holds none.
func (s *Screen) Size() int {
	if s == nil {
		return 0
	}
	n := 0
	for _, rows := range [][]string{s.Lines, s.Back} {
		for _, l := range rows {
			n += len(l)
		}
	}
	return n
}

// Input is one thing that somebody does at the terminal of a program. Exactly one of Key, Text,
// Mouse and Size is set. The terminal encodes it as the program has asked for.
type Input struct {
	Key   string  `json:"key,omitempty"`   // one key, as package stage writes keys: "a", "<Up>", "<c-x>", "<s-Tab>", "<a-x>"
	Text  string  `json:"text,omitempty"`  // text that was pasted
	Mouse *Mouse  `json:"mouse,omitempty"` // a click, a move or the wheel
	Size  *[2]int `json:"size,omitempty"`  // the terminal has so many columns and rows from now on
}

// Mouse is an event of a mouse over a terminal.
type Mouse struct {
	Col    int    `json:"col"` // counted from 0
	Row    int    `json:"row"`
	Action string `json:"action"` // "press", "release", "move" or "wheel"
	Button int    `json:"button"` // 1 left, 2 middle, 3 right, 0 none; of the wheel: -1 up, 1 down
}
