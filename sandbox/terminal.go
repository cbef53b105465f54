package sandbox

// A Terminal is a pseudo terminal that belongs to one program: all three standard streams, and its
// controlling terminal, with the program in the foreground. It starts in the usual mode: it echoes,
// hands over whole lines, and understands ctrl-c (SIGINT), ctrl-z and ctrl-d (end of input).
//
// Cmd.Stdin is what is typed, byte by byte, and a Read of it may block as long as it likes. If it
// ends, nothing more is typed, and the program goes on: to end its input, type ctrl-d, "\x04". Nil
// means that nobody types. All output goes to Cmd.Stdout, with "\r\n" at the ends of lines and what
// the terminal echoes; Cmd.Stderr is not used. When Run ends it, the program gets SIGHUP as well.
//
// A whole sandbox makes the terminal itself, in a /dev/pts of its own that has nothing else in it.
// So tty(1), /dev/tty and programs that open terminals for others (script, tmux) work inside, for
// at most 32 terminals. In all other forms the terminal is one of the machine's: the program has
// it by its descriptors and as /dev/tty, and cannot open others.
//
// Limits hold as for any program. For one that somebody uses by hand, the caller probably wants
// none of time, processor time and output: make Wall, CPU and Output negative.
//
// On systems other than Linux and macOS, Run returns a SetupError that wraps ErrNoTerminal.
type Terminal struct {
	Cols, Rows int // the size at the start; 0 stands for 80 columns, 24 rows

	// Resize brings new sizes, columns first, while the program runs; the program gets SIGWINCH.
	// Run stops receiving when the program ends, so a sender must not rely on it: give the channel
	// room, or select. Nil: the size stays.
	Resize <-chan [2]int
}

// size returns the columns and rows to begin with, in the range that a terminal can have.
func (t *Terminal) size() [2]int {
	return fit([2]int{t.Cols, t.Rows})
}

// fit brings a size into the range that a terminal can have.
func fit(size [2]int) [2]int {
	for i, usual := range [2]int{80, 24} {
		if size[i] <= 0 {
			size[i] = usual
		}
		size[i] = min(size[i], 1<<16-1)
	}
	return size
}

// follow sets the size of a terminal whenever a new one comes, until gone is closed.
func (t *Terminal) follow(gone <-chan struct{}, set func([2]int)) {
	for {
		select {
		case size, ok := <-t.Resize:
			if !ok {
				return
			}
			set(fit(size))
		case <-gone:
			return
		}
	}
}
