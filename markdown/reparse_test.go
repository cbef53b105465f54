package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// parts is what tests put into decks while "editing": things that change what stands around them.
var editParts = []string{
	"\n<!-- end_slide -->\n", "```\n", "```bash +exec +id:a\necho 1\n```\n", "<!-- snippet_output: a -->\n", "<!--", "-->",
	"\n---\n", "Title\n===\n", "* item\n", "> quote\n", ">>>\n", "text", "\n", "[a]: http://x\n", "[a]", "[^1]", "[^1]: note\n",
	"<!-- pause -->\n", "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n", "<!-- skip_slide -->\n", "| a | b |\n|---|---|\n",
	"<pre>\n", "</pre>\n", "    ", "\t", "<!-- include: ../parts/ids.md -->\n", "![](../parts/nested/pic.png)\n", "\r\n", "\x00", "# H\n", "\r", "`",
}

// edited returns src with a few bytes, or a few lines, replaced.
func edited(r *rand.Rand, src []byte) []byte {
	from := r.IntN(len(src) + 1)
	to := min(len(src), from+r.IntN(4)*r.IntN(40))
	if r.IntN(2) == 0 { // at the beginning of a line
		from = bytes.LastIndexByte(src[:from], '\n') + 1
	}
	return slices.Concat(src[:from], []byte(editParts[r.IntN(len(editParts))]), src[max(from, to):])
}

// sameDeck compares what a Parser makes with what Parse makes.
func sameDeck(p *Parser, src []byte) error {
	before := slices.Clone(src)
	got, gotErr := p.Parse("deck.md", src)
	want, wantErr := Parse("deck.md", before, p.Config)
	if !bytes.Equal(src, before) { // decks of earlier versions and whoever shows them share the bytes
		return errors.New("parsing wrote to the file's bytes")
	}
	if (gotErr == nil) != (wantErr == nil) {
		return fmt.Errorf("error %v, want %v", gotErr, wantErr)
	}
	if d := lineDiff(dump(want), dump(got)); d != "" {
		return fmt.Errorf("(-parsed +reparsed)\n%s", d)
	}
	if err := noFault(got); err != nil {
		return err
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("the decks differ in what the dump does not show")
	}
	return nil
}

// lineDiff returns the first lines in which two texts differ.
func lineDiff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("-%s\n+%s", strings.Join(a[min(i, len(a)):min(i+5, len(a))], "\n "),
				strings.Join(b[min(i, len(b)):min(i+5, len(b))], "\n "))
		}
	}
	return ""
}

// crlf returns a text as editors on Windows write it.
func crlf(src []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// joined makes one deck of many, in any order. A deck with more mistakes than are told is parsed as
// a whole each time, so unless all is set, those that would make it one are left out.
func joined(r *rand.Rand, sources [][]byte, all bool) []byte {
	var out []byte
	for _, i := range r.Perm(len(sources)) {
		more := slices.Concat(out, sources[i], []byte("\n\n<!-- end_slide -->\n\n"))
		if all || !overfull(more) {
			out = more
		}
	}
	return out
}

func overfull(src []byte) bool {
	b := begin("deck.md", src, testConfig())
	b.walk(b.src)
	_, _ = b.end()
	return b.tally.Over()
}

// Whatever an author does to a deck, parsing it again with the help of its last version makes what
// parsing it alone makes.
func TestReparse(t *testing.T) {
	var sources [][]byte
	for _, name := range decks(t) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(src, []byte("---")) && !bytes.ContainsAny(src, "\xff\xfe\x00") {
			sources = append(sources, src)
		}
	}
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			cfg := testConfig()
			cfg.Dir = filepath.Join("testdata", "decks")
			p := &Parser{Config: cfg}
			src := joined(r, sources, seed%4 == 0)
			if seed%2 == 1 { // without what reaches over parts
				src = bytes.ReplaceAll(src, []byte("]:"), []byte("] :"))
			}
			if seed%3 == 2 {
				src = generated(40)
			}
			if seed%8 >= 5 {
				src = crlf(src)
			}
			for i := range 25 {
				if err := sameDeck(p, src); err != nil {
					t.Fatalf("edit %d: %v", i, err)
				}
				src = edited(r, src)
			}
		})
	}
}

// An edit that makes the rest of the deck a program reads what an end of a slide has been as a line
// of it, with whatever ends that line.
func TestReparseOpenedFence(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", " \r\n", "\r\r\n"} {
		p := &Parser{Config: testConfig()}
		whole := "a\n\n```bash +exec\necho 1\n```\n\n<!-- end_slide -->\n\nb\n\n<!-- end_slide -->\n\nc\n"
		for _, src := range []string{whole, strings.Replace(whole, "```", "`", 1), whole} {
			if err := sameDeck(p, []byte(strings.ReplaceAll(src, "\n", end))); err != nil {
				t.Errorf("lines end with %q: %v", end, err)
			}
		}
	}
}

// A message that names a line names it where it is now.
func TestReparseMovesNamedLines(t *testing.T) {
	p := &Parser{Config: testConfig()}
	rest := "a\n\n<!-- end_slide -->\n\n> ```bash\n> <!-- pause -->\n\n<!-- end_slide -->\n\nb\n"
	for _, src := range []string{rest, "one\n" + rest, rest} {
		if err := sameDeck(p, []byte(src)); err != nil {
			t.Error(err)
		}
	}
}

// What an edit did not touch is not parsed again.
func TestReparseReuses(t *testing.T) {
	t.Run("a clean deck", func(t *testing.T) { reuses(t, generated(100)) })
	t.Run("more warnings than are shown", func(t *testing.T) {
		src := generated(100)
		for i := range slides.MaxDiags + 5 { // nothing shows the output of these
			src = bytes.Replace(src, fmt.Appendf(nil, "<!-- snippet_output: s%d -->\n", i), nil, 1)
		}
		reuses(t, src)
	})
	t.Run("more undefined ids than are shown", func(t *testing.T) {
		src := generated(100)
		for i := range slides.MaxDiags + 5 {
			src = bytes.Replace(src, fmt.Appendf(nil, "snippet_output: s%d -->", i), fmt.Appendf(nil, "snippet_output: t%d -->", i), 1)
		}
		p := &Parser{Config: testConfig()}
		for _, src := range [][]byte{src, bytes.Replace(src, []byte("echo 50\n"), []byte("echo fifty\n"), 1), generated(100), src} {
			if err := sameDeck(p, src); err != nil {
				t.Error(err)
			}
		}
	})
}

// reuses edits one of a hundred slides, and checks that few others are parsed again and that the deck is what
// it would be if all were.
func reuses(t *testing.T, src []byte) {
	p := &Parser{Config: testConfig()}
	if _, err := p.Parse("deck.md", src); err != nil {
		t.Fatal(err)
	}
	looked := 0
	p.Config.Language = func(name string) (lang.Language, bool) { looked++; return lang.Lookup(name) }
	src = bytes.Replace(src, []byte("echo 50\n"), []byte("echo fifty\n"), 1)
	if _, err := p.Parse("deck.md", src); err != nil {
		t.Fatal(err)
	}
	if looked == 0 || looked > 4 { // the edited slide, and those that are always parsed: the first and the last
		t.Errorf("looked up a language %d times after an edit on one slide", looked)
	}
	if err := sameDeck(p, bytes.Replace(src, []byte("echo 60\n"), []byte("echo sixty\n"), 1)); err != nil {
		t.Error(err)
	}
}

// FuzzReparse edits any deck at any place.
func FuzzReparse(f *testing.F) {
	for _, name := range decks(f) {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, uint16(len(src)/2), uint8(3), "\n<!-- end_slide -->\n")
	}
	cfg := testConfig()
	cfg.Files = locked{}
	cfg.ReadFile = func(string) ([]byte, error) { return nil, os.ErrNotExist }
	f.Fuzz(func(t *testing.T, src []byte, at uint16, n uint8, text string) {
		p := &Parser{Config: cfg}
		if err := sameDeck(p, src); err != nil {
			t.Fatal(err)
		}
		from := min(int(at), len(src))
		next := slices.Concat(src[:from], []byte(text), src[min(len(src), from+int(n)):])
		if err := sameDeck(p, next); err != nil {
			t.Error(err)
		}
		if err := sameDeck(p, src); err != nil {
			t.Errorf("and back: %v", err)
		}
	})
}
