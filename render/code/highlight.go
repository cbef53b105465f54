// Package code splits program code into classified tokens, so that backends can colour them.
package code

import (
	"runtime"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides"
)

// Class is a kind of token with a look of its own. It is also the name in a style sheet.
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

// Token is a piece of a line of code. The tokens of a line concatenate to the line.
type Token struct {
	Class Class
	Text  string
}

// Limits on highlighting. Longer code is shown plain.
const (
	maxCode     = 256 << 10 // bytes
	maxCodeLine = 8 << 10   // bytes
	maxCached   = 16 << 20  // bytes of code in one generation of the cache
)

// Highlighter splits code into tokens and caches them, so that a rendering after an edit costs only the
// changed code. The zero value is ready to use, even by several goroutines at once. A nil Highlighter
// works without a cache.
type Highlighter struct {
	mu       sync.Mutex
	now, old map[codeKey][][]Token // two generations: an entry of old that is used again moves to now
	size     int                   // bytes of code in now
}

// Highlight returns the tokens of each line. If the language is unknown or the code is too large, each
// line is one Unmarked token.
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

// codeKey holds everything that tokens depend on.
type codeKey struct {
	syntax *syntax
	code   string
}

// lexable reports whether the code is within the limits and its lines have no line feeds.
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

// Prepare highlights all code of a deck with one goroutine per core, so that rendering finds it in the
// cache. It returns when the goroutines have ended.
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
