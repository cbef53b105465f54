package paper

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/pdf"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
)

// Layout says what is on the pages of a PDF file. The zero Layout is one page for each slide, with all of
// its steps shown.
type Layout struct {
	Slide   int  `json:"slide"`   // print this slide alone, counted from 1; 0: all slides
	Step    int  `json:"step"`    // with Slide: show it up to this step, counted from 1; 0: all steps
	Steps   bool `json:"steps"`   // a page for each step
	Notes   bool `json:"notes"`   // pages with a slide and its notes beneath
	PerPage int  `json:"perPage"` // handouts: slides on a page, one of PerPage; 0: no handouts
}

// PerPage lists how many slides a page of a handout can have.
var PerPage = []int{2, 4, 6}

// PDF is the backend that prints a PDF file: small, tagged, with an outline, with links, with text that can
// be selected, and with its fonts. Equal pages printed by the same browser give equal bytes.
type PDF struct {
	*Press
	Layout
}

var _ render.Backend = PDF{}

// Render prints the file.
func (b PDF) Render(w io.Writer, v *render.View) error {
	var out []byte
	err := b.page(v, b.Notes, false, 1, func(t *tab) error {
		if err := t.run("paper.arrange("+options(b.Layout)+")", nil); err != nil {
			return err
		}
		var got struct{ Data []byte }
		err := t.call("Page.printToPDF", obj{
			"printBackground": true, "preferCSSPageSize": true, "generateTaggedPDF": true, "generateDocumentOutline": true,
		}, &got)
		out = got.Data
		return err
	})
	if err != nil {
		return err
	}
	date, err := Date()
	if err != nil {
		return err
	}
	out = renumbered(dated(out, date))
	about := pdf.About{Title: html.Clean(render.Title(v.Deck)), Authors: html.Clean(render.Authors(v.Deck)), Lang: render.Lang(v.Deck), Date: date}
	if small, err := pdf.Slim(out, about); err == nil { // else the file is in another form, and right as it is
		out = small
	}
	_, err = w.Write(out)
	return err
}

// Date returns the date for files: that of SOURCE_DATE_EPOCH, or a fixed one, so that a file does not
// differ from one printing to the next.
func Date() (time.Time, error) {
	s := os.Getenv("SOURCE_DATE_EPOCH")
	if s == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if t := time.Unix(n, 0).UTC(); err == nil && n >= 0 && t.Year() <= 9999 {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, which is not a number of seconds since 1970", s)
}

// fileDate is a date in the description of a PDF file.
var fileDate = pattern.New(`/(CreationDate|ModDate) \(D:[0-9]{14}[-+][0-9]{2}'[0-9]{2}'\)`)

// dated puts a date into a PDF file in the place of the present one, at the same length: a PDF file lists
// where its objects begin. The description of the file comes before its first stream. Text in it cannot
// pass for a date, because parentheses in text are escaped.
func dated(file []byte, at time.Time) []byte {
	head := file
	if i := bytes.Index(file, []byte("stream\n")); i >= 0 {
		head = file[:i]
	}
	for _, m := range fileDate().FindAllSubmatchIndex(head, -1) {
		copy(file[m[0]:m[1]], fmt.Sprintf("/%s (D:%s+00'00')", head[m[2]:m[3]], at.Format("20060102150405")))
	}
	return file
}

var (
	// tagged are the places of a PDF file that name elements of its structure.
	tagged = pattern.New(`/(ID|Headers|Limits|Names) (\[[^\]]*\]|\(node[0-9]{8}\))`)
	// tagName is the name of an element: the browser counts what it makes, also what is not printed.
	tagName = pattern.New(`\(node[0-9]{8}\)`)
)

// renumbered numbers the named elements of a PDF file from 1, in the order of their numbers and at the same
// length. How many elements a browser has made before depends on its timing. Streams stay as they are.
func renumbered(file []byte) []byte {
	var places [][]byte // slices of file
	for rest := file; len(rest) > 0; {
		part, after, _ := bytes.Cut(rest, []byte("stream\n"))
		for _, m := range tagged().FindAllIndex(part, -1) {
			list := part[m[0]:m[1]]
			for _, at := range tagName().FindAllIndex(list, -1) {
				places = append(places, list[at[0]:at[1]])
			}
		}
		_, rest, _ = bytes.Cut(after, []byte("\nendstream"))
	}
	old := make([]string, len(places))
	for i, p := range places {
		old[i] = string(p)
	}
	names := slices.Compact(slices.Sorted(slices.Values(old)))
	for i, p := range places {
		n, _ := slices.BinarySearch(names, old[i])
		copy(p, fmt.Sprintf("(node%08d)", n+1))
	}
	return file
}
