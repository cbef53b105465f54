package permit

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/files"
)

// If a file's name says that it holds secrets, programs do not see it and a deck cannot open it.
// Tools or people use these names for credentials. Some names also occur in source code or prose;
// they count only with an ending of data, or with a key in the file. The table of names is in
// secrets.go; this file applies it.

// Secret reports whether a file holds secrets, by its path and its beginning; with a nil head,
// whether a folder does. If the file cannot be read, head returns nil, and the file may be a key.
func Secret(at string, head func() []byte) bool {
	if head == nil {
		return SecretDir(at)
	}
	return secretFile(at, head)
}

// SecretFile reports whether the file at a path holds secrets, by its name and, if harmless files
// share the name, by its content.
func SecretFile(at string) bool { return secretFile(at, func() []byte { return headOf(at) }) }

// SecretDir reports whether the folder at a path holds credentials, by its last one to three names.
func SecretDir(at string) bool {
	t := secretTables()
	low := strings.ToLower(at)
	return t.dirs[path.Base(low)] || t.dirs[lastNames(low, 2)] || t.dirs[lastNames(low, 3)]
}

func secretFile(at string, head func() []byte) bool {
	t := secretTables()
	low := strings.ToLower(at)
	for _, name := range versions(path.Base(low)) {
		r := t.find(path.Join(path.Dir(low), name), name)
		if r != nil && (r.marks == nil || r.marked(head())) {
			return true
		}
	}
	return false
}

// versions returns a name, and the names of which it is a copy or an editor's version:
// "id_rsa.old", ".env~".
func versions(name string) []string {
	out := []string{name}
	for range 3 {
		n := name
		if inner, ok := strings.CutPrefix(n, "#"); ok && strings.HasSuffix(inner, "#") {
			n = strings.TrimSuffix(inner, "#")
		}
		n = strings.TrimPrefix(n, ".#")
		for _, ending := range copies {
			n = strings.TrimSuffix(n, ending)
		}
		if inner, ok := strings.CutPrefix(n, "."); ok && n != name && strings.HasPrefix(path.Ext(name), ".sw") {
			out = append(out, inner) // .prod.env.swp belongs to prod.env, and .env.swp to .env
		}
		if n == name || n == "" {
			break
		}
		out, name = append(out, n), n
	}
	return out
}

// copies are endings of files that editors and careful people leave beside a file.
var copies = []string{"~", ".bak", ".backup", ".old", ".orig", ".save", ".saved", ".copy", ".swp", ".swo", ".swn", ".tmp", ".rej", ".1", ".2"}

// marked reports whether one of the rule's marks is in the beginning of a file; an unreadable file
// counts as marked.
func (r *secretRule) marked(head []byte) bool {
	if head == nil {
		return true
	}
	return slices.ContainsFunc(r.marks, func(m string) bool { return bytes.Contains(head, []byte(m)) }) ||
		slices.Contains(r.marks, privateKey) && derKey(head)
}

// derKey reports whether a file is a private key in binary form: a sequence that begins with a
// version. The sequence of a certificate or a public key begins with another sequence.
func derKey(head []byte) bool {
	if len(head) < 8 || head[0] != 0x30 {
		return false
	}
	rest := head[2:]
	if n := head[1]; n > 0x80 && n <= 0x82 {
		rest = head[2+n-0x80:]
	}
	return rest[0] == 2 && rest[1] == 1 && rest[2] <= 1
}

// headOf returns the beginning of a file, nil if it cannot be read.
func headOf(at string) []byte {
	f, err := files.OpenPlain(at)
	if err != nil {
		return nil
	}
	defer f.Close()
	return files.Head(f)
}

// lastNames returns the last n names of a path.
func lastNames(at string, n int) string {
	i := len(at)
	for ; n > 0 && i > 0; n-- {
		i = strings.LastIndexByte(at[:i], '/')
	}
	if i < 0 {
		return at
	}
	return at[i+1:]
}

// secretTable is the table of rules, in a form that is fast for folders of many files.
type secretTable struct {
	dirs    map[string]bool
	names   map[string]*secretRule // by the last one or two names
	endings map[string]*secretRule // by the ending
	globs   []secretGlob           // the others
	words   map[string]*secretRule // by the last one or two words
	alone   map[string]*secretRule // by the only words
}

type secretGlob struct {
	pattern    string
	head, tail string // a match is tried only if the name has this beginning and this end
	names      int    // how many
	rule       *secretRule
}

func newSecretGlob(pattern string, r *secretRule) secretGlob {
	const special = "*[]?"
	return secretGlob{pattern, pattern[:strings.IndexAny(pattern, special)], pattern[strings.LastIndexAny(pattern, special)+1:],
		strings.Count(pattern, "/") + 1, r}
}

func (g secretGlob) matches(at, name string) bool {
	if !strings.HasSuffix(name, g.tail) || g.names == 1 && !strings.HasPrefix(name, g.head) {
		return false
	}
	if g.names > 1 {
		name = lastNames(at, g.names)
	}
	ok, _ := path.Match(g.pattern, name) // the patterns are ours
	return ok
}

var secretTables = sync.OnceValue(func() *secretTable {
	t := &secretTable{dirs: map[string]bool{}, names: map[string]*secretRule{}, endings: map[string]*secretRule{},
		words: map[string]*secretRule{}, alone: map[string]*secretRule{}}
	for _, r := range secretRules {
		for _, p := range r.patterns {
			ending, isEnding := strings.CutPrefix(p, "*")
			switch {
			case !strings.ContainsAny(p, "*[?"):
				t.names[p] = &r
			case isEnding && !strings.ContainsAny(ending, "*[?/") && strings.LastIndexByte(ending, '.') == 0:
				t.endings[ending] = &r
			default:
				t.globs = append(t.globs, newSecretGlob(p, &r))
			}
		}
		for _, w := range r.words {
			if only, ok := strings.CutPrefix(w, "="); ok {
				t.alone[only] = &r
			} else {
				t.words[w] = &r
			}
		}
		for _, d := range r.dirs {
			t.dirs[d] = true
		}
	}
	return t
})

// find returns the rule for a file's name at a path; nil: there is none.
func (t *secretTable) find(at, name string) *secretRule {
	if r := t.names[name]; r != nil {
		return r
	}
	ending := path.Ext(name)
	if slices.Contains(harmless, ending) || slices.Contains(harmless, path.Ext("."+strings.TrimSuffix(name, ending))) {
		return nil
	}
	if r := t.names[lastNames(at, 2)]; r != nil {
		return r
	}
	if r := t.endings[ending]; r != nil {
		return r
	}
	for _, g := range t.globs {
		if g.matches(at, name) {
			return g.rule
		}
	}
	if inRepository(at, name) {
		return &secretRules[0]
	}
	return t.worded(at, name, ending)
}

// inRepository reports whether a file can belong to a repository and hold the addresses of remotes,
// which carry tokens. A bare repository is in a folder whose name ends in .git.
func inRepository(at, name string) bool {
	i := strings.LastIndex(at, ".git/")
	if i < 0 {
		return false
	}
	return slices.Contains(repositoryFiles, name) && !strings.HasPrefix(at[i:], ".git/refs/") || strings.HasPrefix(at[i:], ".git/logs/")
}

// worded finds the rule for a name of words: "client_secret.json", "api-key".
func (t *secretTable) worded(at, name, ending string) *secretRule {
	stem := strings.TrimPrefix(name, ".")
	if ending == name { // a hidden file without an ending
		ending = ""
	}
	stem = strings.TrimSuffix(stem, ending)
	if ending != "" && !slices.Contains(dataEndings, ending) {
		return nil
	}
	if dir := path.Base(path.Dir(at)); dir == "secrets" || dir == ".secrets" {
		return t.words["secrets"]
	}
	words := strings.FieldsFunc(stem, func(r rune) bool { return strings.ContainsRune("-_. ", r) })
	for len(words) > 1 && slices.Contains(occasions, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	n := len(words)
	switch {
	case n == 0:
		return nil
	case n == 1 || n == 2:
		if r := t.alone[strings.Join(words, " ")]; r != nil {
			return r
		}
	}
	if r := t.words[words[n-1]]; r != nil {
		return r
	}
	if n > 1 {
		return t.words[words[n-2]+" "+words[n-1]]
	}
	return nil
}
