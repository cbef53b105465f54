package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"testing"
)

// made returns a file as browsers write it, with the contents of one page.
func made(contents string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xd3\xeb\xe9\xe1\n")
	packed := deflate([]byte(contents))
	fmt.Fprintf(&b, "1 0 obj\n<</Title (a \\) > endobj)\n/CreationDate (D:19700101000000+00'00')>>\nendobj\n")
	fmt.Fprintf(&b, "9 0 obj\n<</Filter /FlateDecode\n/Length %d>> stream\n%s\nendstream\nendobj\n", len(packed), packed)
	b.WriteString("2 0 obj\n<</Type /Page\n/Contents 9 0 R\n/Resources <</Font <</F1 5 0 R /F2 6 0 R>>>>\n/Gone 88 0 R>>\nendobj\n" +
		"3 0 obj\n<</Type /Catalog /StructTreeRoot 4 0 R /Lang (en)>>\nendobj\n4 0 obj\n<</Type /StructTreeRoot /K []>>\nendobj\n" +
		"5 0 obj\n<</Type /Font /Subtype /Type3 /FontMatrix [.01 0 0 -.01 0 0] /FirstChar 65 /Widths [50 60 70]>>\nendobj\n" +
		"6 0 obj\n<</Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [7 0 R]>>\nendobj\n" +
		"7 0 obj\n<</Type /Font /DW 500 /W [1 [600 250.5] 5 7 300]>>\nendobj\n" +
		"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 10\n/Root 3 0 R\n/Info 1 0 R>>\nstartxref\n12\n%%EOF\n")
	return b.Bytes()
}

// inflated returns what follows the first stream after a mark, unpacked.
func inflated(t *testing.T, data []byte, mark string) string {
	t.Helper()
	_, after, found := bytes.Cut(data, []byte(mark))
	_, after, is := bytes.Cut(after, []byte("stream\n"))
	if !found || !is {
		t.Fatalf("no stream after %q", mark)
	}
	z, err := zlib.NewReader(bytes.NewReader(after))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestSlim: objects are packed and named anew, what they say stays, and tags get their roles.
func TestSlim(t *testing.T) {
	in := made("q\nQ\n" + strings.Repeat("1.00001 2.00001 m\nf\n", 20))
	out, err := Slim(in, About{Title: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Slim(in, About{Title: "a"}); err != nil || !bytes.Equal(again, out) {
		t.Errorf("another file the second time, %v", err)
	}
	if got, want := inflated(t, out, "%PDF-1.7"), "q\nQ\n/Artifact BMC\n"+strings.Repeat("1 2 m\nf\n", 20)+"EMC\n"; got != want {
		t.Errorf("contents %q", got)
	}
	objects := inflated(t, out, "/ObjStm")
	for _, want := range []string{`/Title(a \) > endobj)`, "/Contents 8 0 R", "/F2 6 0 R", "/Gone null", "/RoleMap<</Em/Span/Strong/Span>>",
		"/FontMatrix[.01 0 0 -.01 0 0]", "/W[1[600 250.5]5 7 300]"} {
		if !strings.Contains(objects, want) {
			t.Errorf("no %s in %s", want, objects)
		}
	}
	if !bytes.Contains(out, []byte("/Root 3 0 R")) || !bytes.Contains(out, []byte("/Info 1 0 R")) {
		t.Error("the end names no catalog")
	}
	// The table leads to every object.
	rows := []byte(inflated(t, out, "/XRef"))
	var row [7]byte
	for i := 0; len(rows) >= 8; i++ {
		for j := range row {
			row[j] += rows[1+j]
		}
		rows = rows[8:]
		if at := int(row[1])<<24 | int(row[2])<<16 | int(row[3])<<8 | int(row[4]); row[0] == 1 && !bytes.HasPrefix(out[at:], fmt.Appendf(nil, "%d 0 obj", i)) {
			t.Errorf("object %d is not at %d", i, at)
		}
	}
}

// TestTags: the structure is as PDF/UA-1 wants it, and nothing of it is lost.
func TestTags(t *testing.T) {
	f := &file{last: 20, trailer: dict{"Root": ref(1)}, objects: map[ref]*object{
		1:  {value: dict{"StructTreeRoot": ref(2)}},
		2:  {value: dict{"RoleMap": dict{"Own": raw("/P")}}},
		3:  {value: dict{"S": raw("/Figure")}},
		4:  {value: dict{"S": raw("/Figure"), "Alt": raw("(a cat)")}},
		5:  {value: dict{"S": raw("/LI"), "K": array{ref(6), ref(7), raw("3")}}},
		6:  {value: dict{"S": raw("/Lbl"), "P": ref(5)}},
		7:  {value: dict{"S": raw("/Span"), "P": ref(5)}},
		8:  {value: dict{"S": raw("/LI"), "K": ref(9)}},
		9:  {value: dict{"S": raw("/P"), "P": ref(8)}},
		10: {value: dict{"Subtype": raw("/Link"), "A": dict{"URI": raw("(https://example.org)")}}},
		11: {value: dict{"Subtype": raw("/Link"), "Dest": raw("/a")}},
		12: {value: dict{"Subtype": raw("/Link"), "Contents": raw("(said)")}},
	}}
	f.tags()
	f.describe(About{Title: "a < b\n", Lang: "en", Universal: true})
	var b bytes.Buffer
	w := writer{number: map[ref]ref{}}
	for r := range f.last + 1 {
		w.number[r] = r
	}
	for r := range f.last + 1 {
		if o := f.objects[r]; o != nil {
			fmt.Fprintf(&b, "%d ", r)
			w.value(&b, o.value)
			b.Write(o.stream)
			b.WriteByte('\n')
		}
	}
	for _, want := range []string{"\n2 <</RoleMap<</Em/Span/Own/P/Strong/Span>>>>", "\n3 <</S/Div>>", "\n4 <</Alt(a cat)/S/Figure>>",
		"\n5 <</K[6 0 R 3 21 0 R]/S/LI>>", "\n7 <</P 21 0 R/S/Span>>", "\n21 <</K[7 0 R]/P 5 0 R/S/LBody/Type/StructElem>>", "\n8 <</K[22 0 R]/S/LI>>",
		"/Contents(https://example.org)", "/Contents(another slide)", "/Contents(said)",
		"/Metadata 23 0 R", "<pdfuaid:part>1</pdfuaid:part>", `x-default">a &lt; b </rdf:li>`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestUnknown: a file in another form is an error.
func TestUnknown(t *testing.T) {
	good := string(made("f\n"))
	for name, in := range map[string]string{
		"empty":          "",
		"other":          "%!PS",
		"cut":            good[:len(good)/2],
		"no trailer":     strings.Replace(good, "trailer", "Trailer", 1),
		"foreign length": strings.Replace(good, "/Length 1", "/Length 9 0 R /L 1", 1),
		"twice":          strings.Replace(good, "3 0 obj", "2 0 obj", 1),
		"deep":           strings.Replace(good, "/K []", "/K "+strings.Repeat("[", 100)+strings.Repeat("]", 100), 1),
		"open text":      strings.Replace(good, "(en)", "(en", 1),
	} {
		if out, err := Slim([]byte(in), About{}); err == nil {
			t.Errorf("%s: %q", name, out)
		}
	}
}

// FuzzSlim: no file makes it panic, and a file that can be read can be written twice alike.
func FuzzSlim(f *testing.F) {
	f.Add(made("BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41> Tj\nET\n"))
	f.Add([]byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\ntrailer\n<</Root 1 0 R>>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := Slim(in, About{Title: "a"})
		again, err2 := Slim(in, About{Title: "a"})
		if (err == nil) != (err2 == nil) || !bytes.Equal(out, again) {
			t.Errorf("differs: %v, %v", err, err2)
		}
	})
}
