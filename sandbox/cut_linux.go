package sandbox

import "bytes"

// A cutter leaves a text out of a stream that comes in pieces. What may be the beginning of it is
// held back until the next piece tells.
type cutter struct {
	text []byte // empty: nothing is left out
	held []byte
}

// cut returns what of the stream is certain after b.
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

// rest returns what is held back when nothing more comes.
func (c *cutter) rest() []byte {
	b := c.held
	c.held = nil
	return b
}
