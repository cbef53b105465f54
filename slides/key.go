package slides

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/digest"
)

// Key names a result independent of where its snippet stands: snippets keep their keys, and so
// their results, when the deck around them changes.
type Key string

// programInputs are the parts of a snippet that decide what its program does.
type programInputs struct {
	Lang, Executor, Code string
	Mode                 Mode
	Env                  []string
	Pty                  bool
	PtyCols, PtyRows     int
}

// MakeKey derives the key of a program from everything in the snippet that decides what the program
// does; nth tells equal programs apart (0 for the first in document order). The runner adds the
// rest: the settings and permissions of the snippet's id, the files that it can read, its tools.
func MakeKey(s *Snippet, nth int) Key {
	sum := digest.Of(programInputs{
		Lang: s.Lang, Executor: s.Exec.Executor, Code: s.Code, Mode: s.Exec.Mode, Env: s.Env,
		Pty: s.Exec.Pty, PtyCols: s.Exec.PtyCols, PtyRows: s.Exec.PtyRows,
	}, nil)
	return Key(hex.EncodeToString(sum[:16])).Nth(nth)
}

// Nth returns the key of the nth program that is equal except for its place.
func (k Key) Nth(n int) Key {
	sum, _, _ := strings.Cut(string(k), "-")
	if n > 0 {
		sum += "-" + strconv.Itoa(n)
	}
	return Key(sum)
}
