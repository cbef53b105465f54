package plot

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/carlos7ags/folio/core"
)

// file is a PDF file that is being made. The objects are the library's; what stands here is how they are
// kept in a file: all but streams are compressed together, which makes the structure of a talk a tenth
// as large.
type file struct {
	objects []core.PdfObject // object i has the number i+1
	zip     *zlib.Writer     // used for all streams: a new one is a megabyte
}

type (
	ref  = *core.PdfIndirectReference
	dict = *core.PdfDictionary
)

// add takes an object into the file. It may still be changed until the file is written.
func (f *file) add(o core.PdfObject) ref {
	f.objects = append(f.objects, o)
	return core.NewPdfIndirectReference(len(f.objects), 0)
}

// raw takes data into the file as it is.
func (f *file) raw(data []byte, entries ...any) ref { return f.add(newStream(data, entries...)) }

// stream takes data into the file, compressed.
func (f *file) stream(data []byte, entries ...any) ref {
	return f.raw(f.deflate(data), append(entries, "Filter", "FlateDecode")...)
}

func (f *file) deflate(data []byte) []byte {
	var b bytes.Buffer
	if f.zip == nil {
		f.zip = zlib.NewWriter(&b)
	} else {
		f.zip.Reset(&b)
	}
	_, _ = f.zip.Write(data) // a buffer takes everything
	_ = f.zip.Close()
	return b.Bytes()
}

// newStream returns data with the entries of its dictionary.
func newStream(data []byte, entries ...any) *core.PdfStream {
	s := core.NewPdfStream(data)
	fill(s.Dict, entries)
	return s
}

func hexString(data []byte) core.PdfObject { return core.NewPdfHexString(string(data)) }

// newDict returns a dictionary of names and values in turn; see value.
func newDict(entries ...any) dict {
	d := core.NewPdfDictionary()
	fill(d, entries)
	return d
}

func fill(d dict, entries []any) {
	for i := 0; i < len(entries); i += 2 {
		d.Set(entries[i].(string), value(entries[i+1]))
	}
}

// text is a string that people read.
type text string

// value returns a Go value as an object: a string is a name, numbers are numbers.
func value(v any) core.PdfObject {
	switch v := v.(type) {
	case core.PdfObject:
		return v
	case string:
		return core.NewPdfName(v)
	case text:
		return core.NewPdfTextString(string(v))
	case int:
		return core.NewPdfInteger(v)
	case float64:
		return core.NewPdfReal(v)
	case bool:
		return core.NewPdfBoolean(v)
	case []any:
		a := core.NewPdfArray()
		for _, e := range v {
			a.Add(value(e))
		}
		return a
	}
	panic(fmt.Sprintf("plot: no object for a %T", v))
}

func list(v ...any) core.PdfObject { return value(v) }

// packed is how many objects are compressed together.
const packed = 200

// write writes the file. Its identifier is the hash of its content: equal talks give equal bytes.
func (f *file) write(w io.Writer, catalog, info ref) error {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	type place struct{ kind, at, index int } // kind 1: at an offset; kind 2: in a stream of objects
	places := make([]place, len(f.objects)+1)
	put := func(n int, o core.PdfObject) error {
		places[n] = place{1, out.Len(), 0}
		fmt.Fprintf(&out, "%d 0 obj\n", n)
		if _, err := o.WriteTo(&out); err != nil {
			return err
		}
		out.WriteString("\nendobj\n")
		return nil
	}
	var together []int
	for i, o := range f.objects {
		if o.Type() != core.ObjectTypeStream {
			together = append(together, i+1)
		} else if err := put(i+1, o); err != nil {
			return err
		}
	}
	for len(together) > 0 {
		part := together[:min(packed, len(together))]
		together = together[len(part):]
		var heads, bodies bytes.Buffer
		n := len(places)
		for i, number := range part {
			places[number] = place{2, n, i}
			heads.WriteString(strconv.Itoa(number) + " " + strconv.Itoa(bodies.Len()) + " ")
			if _, err := f.objects[number-1].WriteTo(&bodies); err != nil {
				return err
			}
			bodies.WriteByte('\n')
		}
		places = append(places, place{})
		s := newStream(f.deflate(slices.Concat(heads.Bytes(), bodies.Bytes())),
			"Type", "ObjStm", "N", len(part), "First", heads.Len(), "Filter", "FlateDecode")
		if err := put(n, s); err != nil {
			return err
		}
	}
	n, start := len(places), out.Len()
	places = append(places, place{1, start, 0})
	table := make([]byte, 0, 7*len(places))
	for i, p := range places {
		if i == 0 {
			p.index = 65535 // the head of the list of free objects, by custom
		}
		table = append(table, byte(p.kind), byte(p.at>>24), byte(p.at>>16), byte(p.at>>8), byte(p.at), byte(p.index>>8), byte(p.index))
	}
	sum := sha256.Sum256(out.Bytes())
	id := hexString(sum[:16])
	s := newStream(f.deflate(table), "Type", "XRef", "Size", len(places), "W", list(1, 4, 2), "Root", catalog, "Info", info,
		"ID", list(id, id), "Filter", "FlateDecode")
	if err := put(n, s); err != nil {
		return err
	}
	fmt.Fprintf(&out, "startxref\n%d\n%%%%EOF\n", start)
	_, err := w.Write(out.Bytes())
	return err
}
