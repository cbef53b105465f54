package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
)

// together is the number of objects in one packed stream. Readers unpack all of it for one of its objects.
const together = 200

// write writes a file: its streams as they are, all other objects packed into streams, and a packed table
// of places. Equal files give equal bytes.
func (f *file) write() []byte {
	order := slices.Sorted(maps.Keys(f.objects))
	number := make(map[ref]ref, len(order)) // without gaps
	for i, r := range order {
		number[r] = ref(i + 1)
	}
	w := &writer{number: number}
	w.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var rest []*object // without streams
	var names []ref
	for _, r := range order {
		o := f.objects[r]
		if o.stream == nil {
			rest, names = append(rest, o), append(names, number[r])
			continue
		}
		w.put(place{1, w.out.Len(), 0}, number[r])
		w.stream(number[r], o.value.(dict), o.stream)
	}
	next := ref(len(order) + 1)
	for from := 0; from < len(rest); from += together {
		to := min(from+together, len(rest))
		w.pack(next, rest[from:to], names[from:to])
		next++
	}
	w.table(next, f.trailer)
	return w.out.Bytes()
}

// place is where an object is: by kind 1 at a byte of the file, by kind 2 in a packed stream at an index.
type place struct{ kind, at, index int }

type writer struct {
	out    bytes.Buffer
	number map[ref]ref // in this file
	places []place     // by number, from 1
}

func (w *writer) put(p place, n ref) {
	for len(w.places) < int(n) {
		w.places = append(w.places, place{})
	}
	w.places[n-1] = p
}

// stream writes an object with a stream.
func (w *writer) stream(n ref, d dict, data []byte) {
	d = maps.Clone(d)
	d["Length"] = raw(strconv.Itoa(len(data)))
	fmt.Fprintf(&w.out, "%d 0 obj\n", n)
	w.value(&w.out, d)
	w.out.WriteString("\nstream\n")
	w.out.Write(data)
	w.out.WriteString("\nendstream\nendobj\n")
}

// pack writes a stream of objects.
func (w *writer) pack(n ref, objects []*object, names []ref) {
	var head, body bytes.Buffer
	for i, o := range objects {
		fmt.Fprintf(&head, "%d %d ", names[i], body.Len())
		w.value(&body, o.value)
		body.WriteByte('\n')
		w.put(place{2, int(n), i}, names[i])
	}
	w.put(place{1, w.out.Len(), 0}, n)
	w.stream(n, dict{"Type": raw("/ObjStm"), "N": raw(strconv.Itoa(len(objects))), "First": raw(strconv.Itoa(head.Len())),
		"Filter": raw("/FlateDecode")}, deflate(append(head.Bytes(), body.Bytes()...)))
}

// table writes the places of all objects and the end of the file. A row has the differences to the row
// before it, which pack well.
func (w *writer) table(n ref, trailer dict) {
	start := w.out.Len()
	w.put(place{1, start, 0}, n)
	const width = 1 + 4 + 2
	rows := make([]byte, 0, (1+width)*(len(w.places)+1))
	var before [width]byte
	for _, p := range append([]place{{0, 0, 0xffff}}, w.places...) {
		now := [width]byte{byte(p.kind), byte(p.at >> 24), byte(p.at >> 16), byte(p.at >> 8), byte(p.at), byte(p.index >> 8), byte(p.index)}
		rows = append(rows, 2)
		for i, b := range now {
			rows = append(rows, b-before[i])
		}
		before = now
	}
	d := maps.Clone(trailer)
	d["Type"], d["Filter"] = raw("/XRef"), raw("/FlateDecode")
	d["Size"] = raw(strconv.Itoa(len(w.places) + 1))
	d["W"] = array{raw("1"), raw("4"), raw("2")}
	d["DecodeParms"] = dict{"Predictor": raw("12"), "Columns": raw(strconv.Itoa(width))}
	w.stream(n, d, deflate(rows))
	fmt.Fprintf(&w.out, "startxref\n%d\n%%%%EOF\n", start)
}

// value writes a value. A space stands only where two words would be one.
func (w *writer) value(b *bytes.Buffer, v any) {
	word := func(s string) {
		if all := b.Bytes(); len(all) > 0 && kinds[all[len(all)-1]] == 0 && kinds[s[0]] == 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	switch v := v.(type) {
	case ref:
		if n, ok := w.number[v]; ok {
			word(strconv.Itoa(int(n)) + " 0 R")
		} else {
			word("null") // as readers take what is not there
		}
	case raw:
		word(string(v))
	case array:
		b.WriteByte('[')
		for _, e := range v {
			w.value(b, e)
		}
		b.WriteByte(']')
	case dict:
		b.WriteString("<<")
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b.WriteString("/" + k)
			w.value(b, v[k])
		}
		b.WriteString(">>")
	}
}

// packers are writers for deflate: each has large tables.
var packers = sync.Pool{New: func() any {
	z, err := zlib.NewWriterLevel(nil, zlib.BestCompression)
	if err != nil {
		panic(err) // of a constant
	}
	return z
}}

// deflate packs data as the filter FlateDecode unpacks it.
func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := packers.Get().(*zlib.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	_, _ = z.Write(data) // memory takes everything
	_ = z.Close()
	return b.Bytes()
}
