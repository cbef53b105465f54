// Package lang is the table of languages: the names of each, its colours, its hidden lines, how its
// programs are run and what to install for that. To add a language, add an entry to table.go.
// TestTable says what an entry lacks.
package lang

import (
	"slices"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/text"
)

// Language is an entry of the table. A language without Steps is shown, not run.
type Language struct {
	Name    string   // the canonical name, in lower case
	Aliases []string // other names that authors use, in lower case
	Hidden  string   // prefix of lines that run but are not shown, "" if the language has none
	Colour  string   // the name of its colouring in render/code, or Plain

	// These fields say how a program is run. In Steps, $pwd is the directory that holds the
	// program, and $bin the compiled program. The program starts in the deck's folder, which is
	// /work.
	File    string     // name of the file that holds the program
	Steps   [][]string // commands, the last one runs the program; "python3|python" means the first that exists
	Needs   []string   // commands that the steps start themselves, in the same notation
	Env     []string   // NAME=value
	Builder Builder    // carries out the steps before the last
	Deny    bool       // the compiler's warnings are errors
	Stdout  bool       // its error messages go to standard output, so places named there are the deck's
	Package string     // a Debian package that it needs besides those of its commands

	// Drawers are the ways to draw the code as a picture, see draw.go. Before and After are what its file has
	// around the code, unless a line of it begins with Whole.
	Drawers       []Language
	Before, After string
	Whole         string

	// Executors are other ways to run the language, by the name after the colon of +exec:NAME, in
	// alphabetical order. An empty field has the language's own value.
	Executors []Language

	Example string // a program that prints "hello"
	TooOld  bool   // the tools of Debian's stable release are too old for it
}

// Plain is the colour of languages that are shown without colours.
const Plain = "plain"

// Builder names the way to compile a program.
type Builder string

// Builders.
const (
	PlainSteps Builder = ""      // each step but the last is run as it is
	CargoBuild Builder = "cargo" // a package from the program's embedded manifest
	GoBuild    Builder = "go"    // go build, with a compiled standard library that is kept
)

// All returns the table, in the order of the names. Callers must not change it.
func All() []Language { return table }

// index maps every name and alias to its entry. It is made at the first use.
var index = sync.OnceValue(func() map[string]*Language {
	out := make(map[string]*Language, 3*len(table))
	for i, l := range table {
		out[l.Name] = &table[i]
		for _, a := range l.Aliases {
			out[a] = &table[i]
		}
	}
	return out
})

// Lookup returns the language of a name or an alias, in any case.
func Lookup(name string) (Language, bool) {
	l := index()[strings.ToLower(name)]
	if l == nil {
		return Language{}, false
	}
	return *l, true
}

// Suggest returns a hint about a word that names no language that runs: the language that may be
// meant, or the list of them.
func Suggest(word string) string {
	var names, aliases []string
	for _, l := range table {
		if l.Runs() {
			names, aliases = append(names, l.Name), append(aliases, l.Aliases...)
		}
	}
	if _, known := Lookup(word); known {
		word = "" // the word suggests only itself
	}
	if near := text.Nearest(word, append(aliases, names...)); near != "" {
		names = []string{near}
	}
	return text.Suggest(word, "languages: ", names)
}

// Runs reports whether the language can be run, given its tools.
func (l Language) Runs() bool { return len(l.Steps) > 0 }

// With returns the language as run by the executor; "" means the language's own way.
func (l Language) With(executor string) (Language, bool) {
	if executor == "" {
		return l, true
	}
	i := slices.IndexFunc(l.Executors, func(e Language) bool { return e.Name == executor })
	if i < 0 {
		return l, false
	}
	e := l.Executors[i]
	if e.File != "" {
		l.File = e.File
	}
	if e.Steps != nil {
		l.Steps, l.Needs, l.Builder = e.Steps, e.Needs, e.Builder
	}
	if e.Env != nil {
		l.Env = e.Env
	}
	l.Deny, l.Stdout, l.Package, l.TooOld = e.Deny, e.Stdout, e.Package, e.TooOld
	return l, true
}

// ExecutorNames returns the names of the other ways to run the language.
func (l Language) ExecutorNames() []string {
	var out []string
	for _, e := range l.Executors {
		out = append(out, e.Name)
	}
	return out
}

// Commands returns the commands that the language needs, in the notation of Steps.
func (l Language) Commands() []string {
	var out []string
	for _, step := range l.Steps {
		if !strings.HasPrefix(step[0], "$") {
			out = append(out, step[0])
		}
	}
	return append(out, l.Needs...)
}
