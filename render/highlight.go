package render

import (
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

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
	Builtin   Class = "builtin"
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
	maxLexing   = 2 * time.Second
	maxCached   = 16 << 20 // bytes of code in one generation of the cache
)

// Highlighter tells the tokens of code apart and remembers what it saw, so that rendering again
// after an edit costs only what changed. The zero value is ready to use, also by several
// goroutines at once; a nil Highlighter works without a memory.
type Highlighter struct {
	mu       sync.Mutex
	lexers   map[string]chroma.Lexer
	now, old map[string][][]Token // two generations: what the younger one asks for survives
	size     int                  // bytes of code in now
}

// Highlight returns the tokens of each line. Code in a language that is not known, or that is too
// large or takes too long, is one Unmarked token a line.
func (h *Highlighter) Highlight(lang string, lines []string) [][]Token {
	lexer := h.lexer(lang)
	if lexer == nil || len(lines) == 0 {
		return plainTokens(lines)
	}
	code := strings.Join(lines, "\n") + "\n"
	key := lexer.Config().Name + "\x00" + code
	if out, ok := h.recall(key); ok && len(out) == len(lines) {
		return out
	}
	out := tokenise(lexer, code, lines)
	h.remember(key, out)
	return out
}

// lexer returns the lexer for a language, nil for none.
func (h *Highlighter) lexer(lang string) chroma.Lexer {
	if h == nil {
		return findLexer(lang)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.lexers[lang]
	if !ok {
		if h.lexers == nil {
			h.lexers = map[string]chroma.Lexer{}
		}
		l = findLexer(lang)
		h.lexers[lang] = l
	}
	return l
}

// otherNames maps languages to the name that the lexers know.
var otherNames = map[string]string{
	"rust-script": "rust", "js": "javascript", "ts": "typescript", "c++": "cpp", "shell": "bash", "console": "bash",
	"nushell": "nu", "pwsh": "powershell", "protobuf": "proto", "text": "", "txt": "", "plain": "", "output": "", "file": "",
}

func findLexer(lang string) chroma.Lexer {
	lang = strings.ToLower(lang)
	if name, ok := otherNames[lang]; ok {
		lang = name
	}
	if lang == "" || len(lang) > 40 || strings.ContainsAny(lang, "*?[]/\\") {
		return nil
	}
	return lexers.Get(lang)
}

func (h *Highlighter) recall(key string) ([][]Token, bool) {
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

func (h *Highlighter) remember(key string, out [][]Token) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.store(key, out)
}

func (h *Highlighter) store(key string, out [][]Token) {
	if h.size > maxCached || h.now == nil {
		h.now, h.old, h.size = map[string][][]Token{}, h.now, 0
	}
	h.now[key] = out
	h.size += len(key)
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
