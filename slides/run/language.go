package run

import (
	"maps"
	"slices"
	"strings"
)

// Language says how a program is run. In Steps and Env, $pwd is the directory that holds the
// program and $bin the compiled program.
type Language struct {
	Name    string
	Aliases []string
	File    string     // name of the file that holds the program
	Steps   [][]string // commands, the last one runs the program; "python3|python" is the first there is
	Needs   []string   // commands that the steps start themselves, in the same notation
	Env     []string
	Hidden  string  // prefix of lines that run but are not shown
	Builder Builder // who carries out what comes before the last step
	Deny    bool    // the compiler's warnings are errors
	Stdout  bool    // its error messages go to standard output: the places named there are the deck's

	// Alternatives are other ways to run the language, by the name after the colon of +exec:NAME.
	// What such an entry leaves empty is as in the language's own.
	Alternatives map[string]Language

	Example string // a program that prints "hello"
}

// Builder names what compiles a program.
type Builder string

// Builders.
const (
	PlainSteps Builder = ""      // each step but the last is run as it is
	CargoBuild Builder = "cargo" // a package from the program's embedded manifest
	GoBuild    Builder = "go"    // go build, with a standard library that is kept
)

// Lookup returns the language of a name or an alias, in any case.
func Lookup(name string) (Language, bool) {
	name = strings.ToLower(name)
	if l, ok := languages[name]; ok {
		l.Name = name
		return l, true
	}
	for key, l := range languages {
		if slices.Contains(l.Aliases, name) {
			l.Name = key
			return l, true
		}
	}
	return Language{}, false
}

// Languages returns every language that can be run, by name.
func Languages() []Language {
	var out []Language
	for _, name := range slices.Sorted(maps.Keys(languages)) {
		l := languages[name]
		l.Name = name
		out = append(out, l)
	}
	return out
}

// With returns the language as the executor runs it; "" is the language's own way.
func (l Language) With(executor string) (Language, bool) {
	if executor == "" {
		return l, true
	}
	alt, ok := l.Alternatives[executor]
	if !ok {
		return l, false
	}
	own := l
	if alt.File != "" {
		own.File = alt.File
	}
	if alt.Steps != nil {
		own.Steps, own.Needs, own.Builder = alt.Steps, alt.Needs, alt.Builder
	}
	if alt.Env != nil {
		own.Env = alt.Env
	}
	own.Deny, own.Stdout = alt.Deny, alt.Stdout
	return own, true
}

// names returns every name and alias of the table.
func names() []string {
	var out []string
	for name, l := range languages {
		out = append(append(out, name), l.Aliases...)
	}
	return out
}
