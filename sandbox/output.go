package sandbox

import (
	"bytes"
	"io"

	"github.com/slidexec/slidexec/internal/text"
)

// The two streams of a program; each number is the program's descriptor less one.
const (
	stdout = iota
	stderr
)

// An output passes on a program's output as long as there is room for it, and counts the rest. Its
// owner makes one call at a time.
type output struct {
	writers [2]io.Writer // nil: the output is dropped
	cuts    [2]cutter
	limit   int64 // bytes of both streams; negative: none
	used    int64
	omitted int64
	failed  error // the first error of a writer
	stop    func(Status, string)
}

// newOutput returns the output for the streams of c, without the text cut; stop ends the program.
func newOutput(c *Cmd, limit int64, cut string, stop func(Status, string)) *output {
	text := cutter{text: []byte(cut)}
	return &output{writers: [2]io.Writer{c.Stdout, c.Stderr}, cuts: [2]cutter{text, text}, limit: limit, stop: stop}
}

// pass passes on bytes of one of the streams.
func (o *output) pass(stream int, b []byte) { o.write(o.writers[stream], o.cuts[stream].cut(b)) }

// end passes on the bytes that were held back.
func (o *output) end() {
	for _, stream := range []int{stderr, stdout} {
		o.write(o.writers[stream], o.cuts[stream].rest())
	}
}

func (o *output) write(w io.Writer, b []byte) {
	if o.limit >= 0 {
		fits := min(int64(len(b)), o.limit-o.used)
		if over := int64(len(b)) - fits; over > 0 {
			o.omitted += over
			o.stop(OutputLimit, "stopped after "+text.Size(o.limit)+" of output (output limit)")
		}
		b = b[:fits]
	}
	o.used += int64(len(b))
	if w == nil || len(b) == 0 || o.failed != nil {
		return
	}
	if _, o.failed = w.Write(b); o.failed != nil {
		o.stop(Canceled, "stopped: slidexec could not pass on the output")
	}
}

// A cutter removes a text from a stream that comes in pieces. If a piece ends with a possible
// beginning of the text, the cutter holds that back until the next piece.
type cutter struct {
	text []byte // empty: the stream stays whole
	held []byte
}

// cut returns the part of the stream that is certain after b.
func (c *cutter) cut(b []byte) []byte {
	if len(c.text) == 0 || len(b) == 0 {
		return b
	}
	if len(c.held) > 0 {
		b = append(c.held, b...)
		c.held = nil
	}
	out := bytes.ReplaceAll(b, c.text, nil)
	for n := min(len(c.text)-1, len(out)); n > 0; n-- {
		if bytes.HasSuffix(out, c.text[:n]) {
			c.held = bytes.Clone(out[len(out)-n:])
			return out[:len(out)-n]
		}
	}
	return out
}

// rest returns the bytes held back, when nothing more comes.
func (c *cutter) rest() []byte {
	b := c.held
	c.held = nil
	return b
}
