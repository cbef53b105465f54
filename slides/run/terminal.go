package run

import (
	"context"
	"io"
)

// Terminal is the real terminal of a front end while a program has it.
type Terminal struct {
	In     io.Reader     // what somebody types; a Read must end when the terminal is taken back
	Out    io.Writer     // what the program prints, as it is
	Size   [2]int        // columns and rows
	Resize <-chan [2]int // the sizes that it gets meanwhile; may be nil
}

// Lend lends the real terminal to a program that is about to start: it was fetched and built. back
// takes the terminal back; it is called once, when the program has ended. An error says why the
// program cannot have it.
type Lend func(ctx context.Context) (t Terminal, back func(), err error)

// Bounds of the size of a terminal, in columns and rows.
var (
	smallest = [2]int{1, 1}
	largest  = [2]int{500, 200}
)

func bounded(size [2]int) [2]int {
	for i := range size {
		size[i] = min(max(size[i], smallest[i]), largest[i])
	}
	return size
}
