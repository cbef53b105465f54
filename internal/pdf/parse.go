// Package pdf reads PDF files that a browser printed, and writes them small: with their objects packed and
// with page contents that say the same in fewer bytes. It keeps what a file shows, its text, structure,
// links and outline, and mends the structure where PDF/UA-1 asks for more than browsers write. It knows the
// plain form that browsers write, and no other.
package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// A value is one of these: raw, ref, array, dict. They are what objects are made of.
type (
	raw   string // a name with its slash, a number, a string with its delimiters, or a keyword
	ref   int    // an object, by its number
	array []any
	dict  map[string]any // by names without their slash
)

// object is a numbered object: a value, or a dict with the bytes of a stream.
type object struct {
	value  any
	stream []byte // as the file has them, with their filter; nil: no stream
}

// file is a whole file.
type file struct {
	objects map[ref]*object
	last    ref // the highest number of an object
	trailer dict
}

// mostNested is the limit on values within values. Browsers write fewer than ten.
const mostNested = 64

// errUnknown says that a file is not in the form that this package knows.
var errUnknown = errors.New("not a PDF file as browsers write it")

// parse reads a file from its beginning to its end; the table of places is not needed for that.
func parse(data []byte) (*file, error) {
	if !bytes.HasPrefix(data, []byte("%PDF-1.")) {
		return nil, errUnknown
	}
	p := &scanner{data: data}
	f := &file{objects: map[ref]*object{}}
	for {
		word := p.word()
		switch word {
		case "":
			return nil, p.fail("the end")
		case "xref":
			at := bytes.LastIndex(data, []byte("trailer"))
			if at < p.at {
				return nil, p.fail("no trailer")
			}
			p.at = at + len("trailer")
			v, err := p.value(0)
			if err != nil {
				return nil, err
			}
			var ok bool
			if f.trailer, ok = v.(dict); !ok {
				return nil, p.fail("no trailer")
			}
			return f, nil
		}
		n, err := strconv.Atoi(word)
		if err != nil || n <= 0 || p.word() != "0" || p.word() != "obj" {
			return nil, p.fail("no object")
		}
		o, err := p.object()
		if err != nil {
			return nil, err
		}
		if f.objects[ref(n)] != nil {
			return nil, p.fail("an object twice")
		}
		f.objects[ref(n)] = o
		f.last = max(f.last, ref(n))
	}
}

// get returns the value that v names, if it is a reference, or else v.
func (f *file) get(v any) any {
	if r, ok := v.(ref); ok {
		if o := f.objects[r]; o != nil {
			return o.value
		}
		return nil
	}
	return v
}

// dict returns the dict that v is or names, or nil.
func (f *file) dict(v any) dict {
	d, _ := f.get(v).(dict)
	return d
}

// list returns the array that v is or names, or nil.
func (f *file) list(v any) array {
	a, _ := f.get(v).(array)
	return a
}

// number returns the number that v is or names.
func (f *file) number(v any) (float64, bool) {
	r, ok := f.get(v).(raw)
	if !ok {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(r), 64)
	return x, err == nil
}

// scanner reads the words of a file, or of the contents of a page.
type scanner struct {
	data []byte
	at   int
}

func (p *scanner) fail(what string) error {
	return fmt.Errorf("%w: %s at byte %d", errUnknown, what, p.at)
}

const (
	blank = 1 + iota
	mark  // a delimiter
)

// kinds tells blanks and delimiters from the bytes of words.
var kinds = [256]byte{0: blank, '\t': blank, '\n': blank, '\f': blank, '\r': blank, ' ': blank,
	'(': mark, ')': mark, '<': mark, '>': mark, '[': mark, ']': mark, '{': mark, '}': mark, '/': mark, '%': mark}

// skip skips blanks and comments.
func (p *scanner) skip() {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case kinds[c] == blank:
			p.at++
		case c == '%':
			for p.at < len(p.data) && p.data[p.at] != '\n' && p.data[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// word returns the next word: a keyword, a number or a name; "" at a delimiter and at the end.
func (p *scanner) word() string {
	p.skip()
	from := p.at
	if p.at < len(p.data) && p.data[p.at] == '/' {
		p.at++
	}
	for p.at < len(p.data) && kinds[p.data[p.at]] == 0 {
		p.at++
	}
	return string(p.data[from:p.at])
}

// starts reports whether the next word starts with s, and skips s then.
func (p *scanner) starts(s string) bool {
	p.skip()
	if !bytes.HasPrefix(p.data[p.at:], []byte(s)) {
		return false
	}
	p.at += len(s)
	return true
}

// object reads what follows "obj", up to "endobj".
func (p *scanner) object() (*object, error) {
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	o := &object{value: v}
	switch p.word() {
	case "endobj":
		return o, nil
	case "stream":
	default:
		return nil, p.fail("no end of an object")
	}
	d, ok := v.(dict)
	if !ok {
		return nil, p.fail("a stream without a description")
	}
	length, _ := d["Length"].(raw)
	n, err := strconv.Atoi(string(length))
	if p.at < len(p.data) && p.data[p.at] == '\r' {
		p.at++
	}
	if err != nil || p.at >= len(p.data) || p.data[p.at] != '\n' || n < 0 || n > len(p.data)-p.at-1 {
		return nil, p.fail("a stream of unknown length")
	}
	p.at++
	o.stream = p.data[p.at : p.at+n : p.at+n]
	p.at += n
	if p.word() != "endstream" || p.word() != "endobj" {
		return nil, p.fail("no end of a stream")
	}
	return o, nil
}

// value reads a value within so many others.
func (p *scanner) value(depth int) (any, error) {
	p.skip()
	if depth > mostNested {
		return nil, p.fail("too many values within values")
	}
	switch {
	case p.starts("<<"):
		d := dict{}
		for !p.starts(">>") {
			name := p.word()
			if len(name) < 2 || name[0] != '/' {
				return nil, p.fail("no name")
			}
			v, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			d[name[1:]] = v
		}
		return d, nil
	case p.starts("["):
		a := array{}
		for !p.starts("]") {
			v, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			a = append(a, v)
		}
		return a, nil
	case p.at < len(p.data) && (p.data[p.at] == '(' || p.data[p.at] == '<'):
		return p.text()
	}
	word := p.word()
	if word == "" || word == "/" {
		return nil, p.fail("no value")
	}
	if n, err := strconv.Atoi(word); err == nil && n > 0 { // "7 0 R" is an object
		back := p.at
		if p.word() == "0" && p.word() == "R" {
			return ref(n), nil
		}
		p.at = back
	}
	return raw(word), nil
}

// text reads a string and keeps its form.
func (p *scanner) text() (any, error) {
	from, deep := p.at, 0
	hex := p.data[p.at] == '<'
	for ; p.at < len(p.data); p.at++ {
		switch c := p.data[p.at]; {
		case hex && c == '>', !hex && c == ')' && deep == 1:
			p.at++
			return raw(p.data[from:p.at]), nil
		case hex:
		case c == '\\':
			p.at++
		case c == '(':
			deep++
		case c == ')':
			deep--
		}
	}
	return nil, p.fail("a string without an end")
}
