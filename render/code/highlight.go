// Package code tells the pieces of program code apart, so that backends can colour them.
package code

import (
	"runtime"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides"
)

// Class is what a piece of code is, as far as it gets a look of its own. It doubles as the name
// in a style sheet.
type Class string

// Classes. Unmarked is the text between everything else: variables, spaces.
const (
	Unmarked  Class = ""
	Keyword   Class = "keyword"
	String    Class = "string"
	Escape    Class = "escape" // within a string
	Number    Class = "number"
	Constant  Class = "constant" // true, nil, …
	Comment   Class = "comment"
	Function  Class = "function"
	Type      Class = "type"
	Attribute Class = "attribute" // decorators, preprocessor, keys of a document
	Tag       Class = "tag"
	Operator  Class = "operator"
	Title     Class = "title" // headings in markup and diffs
	Inserted  Class = "inserted"
	Deleted   Class = "deleted"
)

// Token is a piece of a line of code. The tokens of a line concatenate to it.
type Token struct {
	Class Class
	Text  string
}

// Limits of what is highlighted; longer code is shown plain.
const (
	maxCode     = 256 << 10 // bytes
	maxCodeLine = 8 << 10   // bytes
	maxCached   = 16 << 20  // bytes of code in one generation of the cache
)

// Highlighter tells the tokens of code apart and remembers what it saw, so that rendering again
// after an edit costs only what changed. The zero value is ready to use, also by several
// goroutines at once; a nil Highlighter works without a memory.
type Highlighter struct {
	mu       sync.Mutex
	now, old map[codeKey][][]Token // two generations: what the younger one asks for survives
	size     int                   // bytes of code in now
}

// Highlight returns the tokens of each line. Code in a language that is not known, or that is too
// large, is one Unmarked token a line.
func (h *Highlighter) Highlight(lang string, lines []string) [][]Token {
	syn := findSyntax(lang)
	if syn == nil || !lexable(lines) {
		return plainTokens(lines)
	}
	code := strings.Join(lines, "\n") + "\n"
	key := codeKey{syn, code}
	if out, ok := h.recall(key); ok {
		return out
	}
	out := tokenise(syn, code, len(lines))
	h.remember(key, out)
	return out
}

// codeKey is what tokens depend on.
type codeKey struct {
	syntax *syntax
	code   string
}

// lexable reports whether the code is of a size to be highlighted and its lines are lines.
func lexable(lines []string) bool {
	size := 0
	for _, l := range lines {
		if size += len(l) + 1; len(l) > maxCodeLine || strings.IndexByte(l, '\n') >= 0 {
			return false
		}
	}
	return size > 0 && size <= maxCode
}

func (h *Highlighter) recall(key codeKey) ([][]Token, bool) {
	if h == nil {
		return nil, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if out, ok := h.now[key]; ok {
		return out, true
	}
	out, ok := h.old[key]
	if ok {
		h.store(key, out)
	}
	return out, ok
}

func (h *Highlighter) remember(key codeKey, out [][]Token) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.store(key, out)
}

func (h *Highlighter) store(key codeKey, out [][]Token) {
	if h.size > maxCached || h.now == nil {
		h.now, h.old, h.size = map[codeKey][][]Token{}, h.now, 0
	}
	h.now[key] = out
	h.size += len(key.code)
}

// Prepare highlights all code of a deck with as many goroutines as there are cores, so that
// rendering finds it done. It returns when they are.
func (h *Highlighter) Prepare(d *slides.Deck) {
	if h == nil {
		return
	}
	work := make(chan *slides.Snippet)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(d.Snippets)) {
		wg.Go(func() {
			for s := range work {
				h.Highlight(s.Lang, s.Show.Lines)
			}
		})
	}
	for _, s := range d.Snippets {
		if s.Slide >= 0 {
			work <- s
		}
	}
	close(work)
	wg.Wait()
}

// plainTokens returns every line as one token.
func plainTokens(lines []string) [][]Token {
	out := make([][]Token, len(lines))
	for i, l := range lines {
		if l != "" {
			out[i] = []Token{{Text: l}}
		}
	}
	return out
}
