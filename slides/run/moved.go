package run

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"

	"github.com/slidexec/slidexec/slides"
)

// Moved returns the log of a program whose lines were at the places from when it was written, with
// the places in it where they are now. The second result is false where there is nothing to change.
//
// The log names lines of the deck as a relocator has put them there. What a program prints of its
// own accord about the very lines that it stands on cannot be told from that, and moves as well.
func Moved(log []slides.Chunk, from, to []slides.Pos) ([]slides.Chunk, bool) {
	if len(from) == 0 || len(from) != len(to) || !from[0].IsValid() || !to[0].IsValid() {
		return log, false
	}
	name := path.Base(from[0].File.Name)
	first, by := from[0].Line(), to[0].Line()-from[0].Line()
	named := func(c slides.Chunk) bool { return bytes.Contains(c.Data, []byte(name)) }
	if by == 0 || name != path.Base(to[0].File.Name) || !slices.ContainsFunc(log, named) {
		return log, false
	}
	last := from[len(from)-1].Line()
	place := regexp.MustCompile(regexp.QuoteMeta(name) + `(` + sgr + `"?` + sgr + separator + sgr + `)(\d+)`)
	var out []slides.Chunk
	changed := false
	for _, c := range log {
		if named(c) {
			c.Data = place.ReplaceAllFunc(c.Data, func(at []byte) []byte {
				m := place.FindSubmatch(at)
				line, err := strconv.Atoi(string(m[2]))
				if err != nil || line < first || line > last {
					return at
				}
				changed = true
				return fmt.Appendf(nil, "%s%s%d", name, m[1], line+by)
			})
		}
		out = append(out, c)
	}
	return out, changed
}
