package server

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/edits"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
)

// node is an element of a page, or a text, where name is empty.
type node struct {
	name string
	attr map[string]string
	text string
	kids []*node
}

// parseNodes reads markup as a browser does, which ours is XML for.
func parseNodes(markup string) ([]*node, error) {
	root := &node{}
	open := []*node{root}
	for d := xml.NewDecoder(strings.NewReader(markup)); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root.kids, nil
		} else if err != nil {
			return nil, fmt.Errorf("%w in %.200s", err, markup)
		}
		in := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name.Local, attr: map[string]string{}}
			for _, a := range tok.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			in.kids = append(in.kids, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			in.kids = append(in.kids, &node{text: string(tok)})
		}
	}
}

// write shows a tree in a way that is the same for equal trees.
func (n *node) write(b *bytes.Buffer, indent string) {
	if n.name == "" {
		fmt.Fprintf(b, "%s%q\n", indent, n.text)
		return
	}
	attr, _ := json.Marshal(n.attr) // sorted
	fmt.Fprintf(b, "%s<%s %s>\n", indent, n.name, attr)
	for _, k := range n.kids {
		k.write(b, indent+" ")
	}
}

// find returns the elements below nodes for which want is true, in document order.
func find(nodes []*node, want func(*node) bool) []*node {
	var out []*node
	for _, n := range nodes {
		if n.name == "" {
			continue
		}
		if want(n) {
			out = append(out, n)
		}
		out = append(out, find(n.kids, want)...)
	}
	return out
}

func having(attr, value string) func(*node) bool {
	return func(n *node) bool { v, ok := n.attr[attr]; return ok && v == value }
}

// path returns the first element that is reached by the names, of children.
func (n *node) path(names ...string) *node {
	for _, name := range names {
		i := slices.IndexFunc(n.kids, func(k *node) bool { return k.name == name || strings.HasPrefix(k.attr["class"], name) })
		if i < 0 {
			return nil
		}
		n = n.kids[i]
	}
	return n
}

// open is a window that was opened long ago and takes messages as live.js does.
type opened struct {
	head html.Head
	list []*node
	css  map[string]bool // rules that it has
	next uint64          // of the message to come
}

func open(st *state) (*opened, error) {
	f, parts := st.snapshot()
	list, err := sections(parts)
	w := &opened{head: f.Head, list: list, css: map[string]bool{}, next: st.hub.number + 1}
	w.rules(f.Style)
	return w, err
}

func (w *opened) rules(css string) {
	for rule := range strings.Lines(css) {
		w.css[rule] = true
	}
}

func sections(parts [][]byte) ([]*node, error) {
	all, err := parseNodes(string(bytes.Join(parts, nil)))
	return find(all, func(n *node) bool { return n.name == "section" && n.attr["class"] == "slide" }), err
}

// catchUp takes the messages that were sent since.
func (w *opened) catchUp(h *hub) error {
	for _, m := range h.log {
		if m.number < w.next {
			continue
		}
		if m.number != w.next {
			return fmt.Errorf("message %d is gone", w.next)
		}
		w.next++
		var err error
		switch m.name {
		case "slides":
			err = w.slides(m.data)
		case "output":
			err = w.output(m.data)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

var place = regexp.MustCompile(`^\d+ of \d+`)

func (w *opened) slides(data []byte) error {
	var m slidesMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	w.rules(m.CSS)
	for _, c := range slices.Backward(m.Splices) {
		if c.At+c.Remove > len(w.list) {
			return fmt.Errorf("slides %d to %d of %d are to go", c.At, c.At+c.Remove, len(w.list))
		}
		all, err := parseNodes(strings.Join(c.HTML, ""))
		if err != nil {
			return err
		}
		fresh := find(all, func(n *node) bool { return n.name == "section" && n.attr["class"] == "slide" })
		w.list = slices.Replace(w.list, c.At, c.At+c.Remove, fresh...)
	}
	if m.Count != len(w.list) {
		return fmt.Errorf("%d slides, want %d", len(w.list), m.Count)
	}
	if m.Look == "" { // it has not changed
		m.Look = w.head.Look
	}
	w.head = m.Head
	for i, s := range w.list { // number_
		s.attr["id"] = fmt.Sprintf("s%d", i+1)
		s.attr["aria-label"] = place.ReplaceAllString(s.attr["aria-label"], fmt.Sprintf("%d of %d", i+1, len(w.list)))
		if foot := s.path("footer"); foot != nil && foot.attr["class"] == "made" {
			for class, number := range map[string]int{"no": i + 1, "of": len(w.list)} {
				for _, e := range find(foot.kids, having("class", class)) {
					e.kids = textOf(fmt.Sprint(number))
				}
			}
		} else if foot != nil {
			spans := find(foot.kids, func(n *node) bool { return n.name == "span" })
			spans[0].kids = textOf(m.Title)
			spans[1].kids = textOf(fmt.Sprintf("%d / %d", i+1, len(w.list)))
		}
	}
	return nil
}

func textOf(s string) []*node {
	if s == "" {
		return nil
	}
	return []*node{{text: s}}
}

func (w *opened) output(data []byte) error {
	var m outputMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	w.rules(m.CSS)
	for _, b := range m.Boxes {
		boxes := find([]*node{w.list[b.Slide]}, having("data-key", string(m.Key)))
		fresh, err := parseNodes(b.HTML)
		if err != nil {
			return err
		}
		if b.Nth >= len(boxes) {
			return fmt.Errorf("slide %d has no box %d", b.Slide+1, b.Nth)
		}
		if err := renew(boxes[b.Nth], fresh[0], b.Keep); err != nil {
			return err
		}
	}
	for _, i := range m.On {
		for _, b := range find([]*node{w.list[i]}, having("data-run", string(m.Key))) {
			word := func() string { return strings.TrimLeft(b.kids[0].text, "▶\uFE0E↻■ ") }
			name := b.attr["aria-label"][len(word()):]
			b.attr["data-state"] = string(m.State)
			b.kids = textOf(map[slides.State]string{"": "▶\uFE0E run", "done": "↻ run again"}[m.State])
			if len(b.kids) == 0 {
				b.kids = textOf("■ stop")
			}
			b.attr["aria-label"] = word() + name
		}
	}
	return nil
}

// renew is what live.js calls so.
func renew(box, fresh *node, keep int) error {
	was, is := box.path("in", "pre", "samp"), fresh.path("in", "pre", "samp")
	elements := func(n *node) int { return len(find(n.kids, func(k *node) bool { return slices.Contains(n.kids, k) })) }
	if keep > 0 && (was == nil || is == nil || elements(was) < keep) {
		return errors.New("the box has not what is to stay")
	}
	box.attr["class"] = fresh.attr["class"]
	delete(box.attr, "hidden")
	if v, ok := fresh.attr["hidden"]; ok {
		box.attr["hidden"] = v
	}
	if was == nil || is == nil {
		box.kids = fresh.kids
		return nil
	}
	is.kids = append(slices.Clone(was.kids[:keep]), is.kids...)
	box.kids = fresh.kids
	return nil
}

// served is a server that follows a folder, with a window open from the beginning and one that was
// opened some edits ago.
type followed struct {
	rand    *rand.Rand
	parser  markdown.Parser
	srv     *Server
	results slides.Results
	windows []*opened
}

func follow(f edits.Folder) (edits.Model, error) {
	m := &followed{
		rand: rand.New(rand.NewPCG(1, 1)), srv: &Server{Backend: &html.Backend{Now: clock}, Name: "talk.md"}, results: slides.Results{},
	}
	m.srv.init()
	if err := m.edit(f); err != nil {
		return nil, err
	}
	w, err := open(m.srv.state)
	m.windows = []*opened{w, w}
	return m, err
}

func (m *followed) Close() error { return nil }

// edit sends what a talk sends after an edit: the deck, and then what becomes of some programs.
func (m *followed) edit(f edits.Folder) error {
	m.parser.Config.Files = f
	deck, _ := m.parser.Parse("deck.md", slices.Clone(f[edits.Deck]))
	st := m.srv.state
	if m.rand.IntN(5) == 0 {
		st.take(slides.Broken{Diags: slides.Diags{{Msg: "not now"}}, Since: clock})
	}
	st.take(slides.Loaded{Deck: deck})
	now := slides.Results{}
	for _, s := range deck.Executable() {
		if r, ok := m.results[s.Key]; ok {
			now[s.Key] = r
		}
	}
	m.results = now
	for _, s := range deck.Executable() {
		if _, ok := now[s.Key]; ok && m.rand.IntN(6) > 0 || m.rand.IntN(3) == 0 {
			continue
		}
		for range m.rand.IntN(4) {
			m.results[s.Key] = m.result(m.results[s.Key])
			st.take(slides.Ran{Key: s.Key, Result: m.results[s.Key]})
			if m.rand.IntN(2) == 0 {
				st.flush(time.Now(), true)
			}
		}
	}
	st.flush(time.Now(), true)
	return nil
}

// result returns what may come next of a program.
func (m *followed) result(before slides.Result) slides.Result {
	r := slides.Result{State: slides.Running, Started: clock, Origin: slides.Live, Phase: "run", Program: slides.Program{File: "script.sh", Dir: "/box"}}
	if before.State == slides.Running {
		r.Log = slices.Clone(before.Log)
	}
	switch m.rand.IntN(8) {
	case 0:
		return slides.Result{State: slides.Queued, Origin: slides.Live}
	case 1:
		return slides.Result{} // it is taken back
	}
	lines := m.rand.IntN(4)
	if m.rand.IntN(4) == 0 {
		lines *= 400 // pieces
	}
	for n := range lines {
		r.Log = append(r.Log, slides.Chunk{Stderr: m.rand.IntN(6) == 0, Data: fmt.Appendf(nil, "line %d of %d\x1b[3%dm\n/box/script.sh: line 1: x\n", n, lines, n%8)})
	}
	switch m.rand.IntN(4) {
	case 0:
		r.State, r.Status = slides.Done, slides.OK
	case 1:
		r.State, r.Status, r.Exit = slides.Done, slides.Exited, 3
	case 2:
		r.State, r.Status, r.Remark.Says = slides.Done, slides.TimedOut, "too slow"
	}
	return r
}

// Check compares a new window, and those that are open, with a server that knows nothing else.
func (m *followed) Check(_, now edits.Folder) error {
	if err := m.edit(now); err != nil {
		return err
	}
	deck, _ := markdown.Parse("deck.md", slices.Clone(now[edits.Deck]), m.parser.Config)
	fresh := &Server{Backend: m.srv.Backend, Name: m.srv.Name}
	fresh.init()
	fresh.state.take(slides.Loaded{Deck: deck})
	for k, r := range m.results {
		fresh.state.take(slides.Ran{Key: k, Result: r})
	}
	wantFrame, wantParts := fresh.state.snapshot()
	frame, parts := m.srv.state.snapshot()
	if got, want := bytes.Join(parts, nil), bytes.Join(wantParts, nil); !bytes.Equal(got, want) {
		return fmt.Errorf("a new window (-fresh +served)\n%s", lineDiff(want, got))
	}
	if frame.Head != wantFrame.Head {
		return fmt.Errorf("the head of a new window is %+v, want %+v", frame.Head, wantFrame.Head)
	}
	want, err := sections(wantParts)
	if err != nil {
		return err
	}
	for i, w := range m.windows {
		if err := w.catchUp(&m.srv.state.hub); err != nil {
			return fmt.Errorf("window %d: %w", i, err)
		}
		if w.head != wantFrame.Head {
			return fmt.Errorf("the head of window %d is %+v, want %+v", i, w.head, wantFrame.Head)
		}
		if got, want := written(w.list), written(want); !bytes.Equal(got, want) {
			return fmt.Errorf("window %d (-fresh +window)\n%s", i, lineDiff(want, got))
		}
		for rule := range strings.Lines(wantFrame.Style) {
			if !w.css[rule] {
				return fmt.Errorf("window %d has no rule %s", i, rule)
			}
		}
	}
	if m.rand.IntN(5) == 0 {
		m.windows[1], err = open(m.srv.state)
	}
	return err
}

// written shows slides as they are to be compared.
func written(list []*node) []byte {
	var b bytes.Buffer
	for _, n := range list {
		n.write(&b, "")
	}
	return b.Bytes()
}

// lineDiff returns the first lines that are different.
func lineDiff(want, got []byte) string {
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			show := func(l []string) string { return strings.Join(l[min(i, len(l)):min(i+6, len(l))], "\n ") }
			return fmt.Sprintf("-%.1500s\n+%.1500s", show(a), show(b))
		}
	}
	return ""
}

// Whatever is done to a deck, a window that is opened now and one that was open all the time show
// what a server shows that has seen nothing else. SLIDEXEC_EDITS says how many edits are made.
func TestServedEdits(t *testing.T) {
	edits.Run(t, edits.Options{Seeds: 4, Edits: 120, Burst: 3, Start: follow})
}
