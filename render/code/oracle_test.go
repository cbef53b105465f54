package code

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"github.com/slidexec/slidexec/slides/lang"
)

// The oracle is chroma, whose lexers follow the grammars of their languages. It is only in tests. For
// the corpus in testdata/corpus, both must say the same of 98 % of the bytes: is it a keyword, a
// string, a comment, a number or none of these? Blanks do not count, they have no colour.

// kind is what the oracle is asked about a byte: a set, because on some words lexers of one language
// differ, and both are right. Two agree if they have one in common.
type kind byte

const (
	other kind = 1 << iota
	keywordKind
	stringKind
	commentKind
	numberKind
	unasked kind = 0 // lines of a preprocessor, which the oracle gives one class
)

var kindNames = []string{"other", "keyword", "string", "comment", "number"}

func (k kind) String() string {
	var out []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, " or ")
}

// ourKinds are the kinds of our classes; the others are of none. Whether an inbuilt type or constant is a
// keyword is a matter of taste.
var ourKinds = map[Class]kind{Keyword: keywordKind, String: stringKind, Escape: stringKind | other, Comment: commentKind, Number: numberKind,
	Type: other | keywordKind, Constant: other | keywordKind}

func ourKind(c Class) kind { return cmp.Or(ourKinds[c], other) }

// oracleKind returns the kind of a token of chroma.
func oracleKind(t chroma.TokenType) kind {
	switch {
	case t == chroma.CommentPreproc:
		return unasked
	case t == chroma.CommentPreprocFile:
		return other | stringKind
	case t == chroma.CommentHashbang || t == chroma.LiteralStringDoc:
		return commentKind | stringKind | other
	case t.InCategory(chroma.Comment):
		return commentKind
	case t == chroma.KeywordType || t == chroma.KeywordConstant || t == chroma.KeywordPseudo:
		return other | keywordKind
	case t.InSubCategory(chroma.NameBuiltin): // an inbuilt function or command
		return other | keywordKind
	case t.InCategory(chroma.Keyword) || t == chroma.OperatorWord:
		return keywordKind
	case t == chroma.LiteralStringInterpol || t == chroma.LiteralStringEscape || t == chroma.LiteralStringSymbol || t == chroma.LiteralStringAffix:
		return other | stringKind
	case t.InSubCategory(chroma.LiteralString):
		return stringKind
	case t.InSubCategory(chroma.LiteralNumber):
		return numberKind
	case t == chroma.LiteralDate:
		return numberKind | other
	}
	return other
}

// lexerNames are the oracle's names of languages that it calls otherwise, or whose names it gives to
// something else.
var lexerNames = map[string]string{"rust-script": "rust", "wsl": "bash", "nushell": "nu"}

// exception is a difference that is meant: pieces of text that match are of our kind and not of the
// oracle's.
type exception struct {
	text         string // a regular expression for the whole piece
	ours, oracle kind
	reason       string
}

// difference is a piece of a line of which the two say different things.
type difference struct {
	text         string
	ours, oracle kind
}

// judge compares the two on a text: how many bytes there are, and where they differ.
func judge(t *testing.T, language, code string) (total int, diffs []difference) {
	t.Helper()
	name := cmp.Or(lexerNames[language], language)
	lexer := lexers.Get(name)
	if lexer == nil {
		t.Fatalf("the oracle has no %q", name)
	}
	it, err := lexer.Tokenise(nil, code)
	if err != nil {
		t.Fatal(err)
	}
	var oracle []kind
	for _, tok := range it.Tokens() {
		k := oracleKind(tok.Type)
		if k == keywordKind && !strings.ContainsFunc(tok.Value, unicode.IsLetter) { // = and -> of Haskell
			k |= other
		}
		for range len(tok.Value) {
			oracle = append(oracle, k)
		}
	}
	if len(oracle) != len(code) {
		t.Fatalf("the oracle returns %d bytes of %d", len(oracle), len(code))
	}
	var ours []kind
	for _, line := range (*Highlighter)(nil).Highlight(language, strings.Split(strings.TrimSuffix(code, "\n"), "\n")) {
		for _, tok := range line {
			for range len(tok.Text) {
				ours = append(ours, ourKind(tok.Class))
			}
		}
		ours = append(ours, other) // the line feed
	}
	open := false
	for i := range code {
		switch c := code[i]; {
		case c == '\n':
			open = false
			continue
		case unicode.IsSpace(rune(c)):
			if open {
				diffs[len(diffs)-1].text += string(c)
			}
			continue
		}
		d := difference{code[i : i+1], ours[i], oracle[i]}
		if oracle[i] != unasked {
			total++
		}
		switch {
		case oracle[i] == unasked, ours[i]&oracle[i] != 0:
			open = false
		case open && diffs[len(diffs)-1].ours == d.ours && diffs[len(diffs)-1].oracle == d.oracle:
			diffs[len(diffs)-1].text += d.text
		default:
			diffs, open = append(diffs, d), true
		}
	}
	for i := range diffs {
		diffs[i].text = strings.TrimSpace(diffs[i].text)
	}
	return total, diffs
}

// visible returns how many bytes of a text count.
func visible(s string) int {
	n := 0
	for i := range len(s) {
		if !unicode.IsSpace(rune(s[i])) {
			n++
		}
	}
	return n
}

// reference are the names of the languages that presenterm colours.
const reference = "ada asp awk bash bat c c++ cmake cmd cpp crontab csharp css clojure d d2 dart diff docker dotenv elixir elm" +
	" erlang file fish fsharp gdscript go graphql haskell html java javascript js json jsonnet julia kotlin latex lua make" +
	" markdown mermaid nix nu nushell ocaml perl php powershell protobuf puppet pwsh python r racket ruby rust rust-script" +
	" scala sh shell sql svelte swift tcl terraform toml ts tsx typescript typst verilog vue wsl xml yaml zig zsh"

// TestReferenceLanguages: each of these languages has colours and a corpus. The language of a block that
// shows a file is that of the file.
func TestReferenceLanguages(t *testing.T) {
	for name := range strings.FieldsSeq(reference) {
		if name == "file" {
			continue
		}
		l, ok := lang.Lookup(name)
		if !ok || findSyntax(name) == nil {
			t.Errorf("%s has no colours", name)
		}
		if !slices.ContainsFunc(append([]string{l.Name}, l.Aliases...), func(n string) bool { return corpus(n) != "" }) {
			t.Errorf("%s has no corpus", name)
		}
	}
}

// corpus returns the corpus of a language, "" if it has none.
func corpus(language string) string {
	src, _ := os.ReadFile(filepath.Join("testdata", "corpus", language+".txt"))
	return string(src)
}

func TestOracle(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus: ", err)
	}
	for _, file := range files {
		language := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(language, func(t *testing.T) {
			src := corpus(language)
			if n := strings.Count(src, "\n"); n < 40 {
				t.Errorf("the corpus has %d lines, want 40", n)
			}
			if _, ok := lang.Lookup(language); !ok {
				t.Fatalf("there is no language %q", language)
			}
			if reason := unjudged[language]; reason != "" {
				t.Skip("no oracle: ", reason)
			}
			total, diffs := judge(t, language, src)
			used, wrong, counts := map[int]bool{}, 0, map[string]int{}
			for _, d := range diffs {
				i := slices.IndexFunc(exceptions[language], func(e exception) bool {
					return e.ours == d.ours && e.oracle == d.oracle && regexp.MustCompile("^(?:"+e.text+")$").MatchString(d.text)
				})
				if i >= 0 {
					used[i] = true
					continue
				}
				wrong += visible(d.text)
				counts[fmt.Sprintf("ours %s, the oracle's %s: %q", d.ours, d.oracle, d.text)]++
			}
			for i, e := range exceptions[language] {
				if !used[i] {
					t.Errorf("nothing needs the exception for %q", e.text)
				}
			}
			agree := 100 * float64(total-wrong) / float64(total)
			if agree < 98 {
				t.Errorf("the two agree on %.2f %% of %d bytes, want 98 %%", agree, total)
			}
			for _, d := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
				return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
			}) {
				t.Logf("%d × %s", counts[d], d)
			}
			t.Logf("%.2f %% of %d bytes", agree, total)
		})
	}
}
