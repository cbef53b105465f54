package permit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// Set is the permissions of programs beyond the default.
type Set []Grant

// With returns the union, in the order of questions. A Grant that another covers is left out.
func (s Set) With(grants ...Grant) Set {
	all := slices.Concat(s, grants)
	var out Set
	for i, g := range all {
		covered := slices.ContainsFunc(all[:i], func(o Grant) bool { return o.covers(g) }) ||
			slices.ContainsFunc(all[i+1:], func(o Grant) bool { return o.covers(g) && !g.covers(o) })
		if !covered {
			out = append(out, g)
		}
	}
	order := Names()
	slices.SortStableFunc(out, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(slices.Index(order, string(a.Kind)), slices.Index(order, string(b.Kind))),
			cmp.Compare(a.key(), b.key()))
	})
	return out
}

// Covers reports whether g is in the set, by itself or as part of a larger Grant.
func (s Set) Covers(g Grant) bool {
	return slices.ContainsFunc(s, func(o Grant) bool { return o.covers(g) })
}

// Has reports whether the set has a Grant of a kind.
func (s Set) Has(k Kind) bool {
	return slices.ContainsFunc(s, func(g Grant) bool { return g.Kind == k })
}

// Of returns the Grants of a kind.
func (s Set) Of(k Kind) []Grant {
	return slices.DeleteFunc(slices.Clone(s), func(g Grant) bool { return g.Kind != k })
}

// Nested returns how many namespaces of each kind programs may create, if the set says so.
func (s Set) Nested() (n int, ok bool) {
	for _, g := range s.Of(Nested) {
		n, ok = max(n, g.nested()), true
	}
	return n, ok
}

// Strings lists the Grants in their written form.
func (s Set) Strings() []string {
	var out []string
	for _, g := range s {
		out = append(out, g.String())
	}
	return out
}

// Request is a Grant that a deck asks for.
type Request struct {
	Grant
	Snippet string // for the programs of this id alone; "": for all
	At      slides.Span
}

// Key identifies a request: two with the same key ask for the same.
func (r Request) Key() string {
	if r.Snippet == "" {
		return r.key()
	}
	return fmt.Sprintf("%s for %s", r.key(), strconv.Quote(r.Snippet))
}

// Describe says in words what a deck asks for, and for which program if not for all.
func (r Request) Describe() string {
	if r.Snippet == "" {
		return r.Grant.Describe()
	}
	return r.Grant.Describe() + ", for " + strconv.Quote(r.Snippet) + " alone"
}

// Keys returns the sorted keys of requests, which tell whether two sets of requests are equal.
func Keys(requests []Request) []string {
	var out []string
	for _, r := range requests {
		out = append(out, r.Key())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Flags returns the command line that grants requests, quoted for a shell.
func Flags(requests []Request) string {
	var out []string
	for _, r := range requests {
		word := r.String()
		if r.Kind == Limits {
			word = string(Limits)
		}
		if flag := "--allow " + shellQuote(word); !slices.Contains(out, flag) {
			out = append(out, flag)
		}
	}
	return strings.Join(out, " ")
}

// shellQuote makes s one word for a shell; s has no control characters.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("=./_-+:@%", r)
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
