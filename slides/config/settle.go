package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// Base holds programs' settings without a slidexec.yaml, from the defaults and the command line. If the
// file asks for less, that is in force; if it asks for more, that is a request.
type Base struct {
	Limits sandbox.Limits // every one of them
	Nested int            // namespaces of each kind
}

// Scope holds the settings of all programs of a deck, or of one, after the user's answer.
type Scope struct {
	Limits sandbox.Limits // zero fields: not said
	Nested int            // 0: not said, negative: none
	Allow  permit.Set
}

// Requests returns the file's requests, in its order. A file with mistakes requests nothing,
// because its meaning is not known. Settings for programs that a deck does not have are no such
// mistake: the programs may be in a file that the deck may read only after the answer.
func (c *Config) Requests(base Base) []permit.Request {
	if c.unclear {
		return nil
	}
	out := c.all.asks("", base)
	for _, id := range c.ids {
		out = append(out, c.snippets[id.Key].asks(id.Key, base)...)
	}
	return out
}

// asks returns the requests of a scope.
func (s scope) asks(snippet string, base Base) []permit.Request {
	out := append([]permit.Request(nil), s.requests...)
	if s.nested != nil && s.nested.n > base.Nested {
		out = append(out, s.nested.request(snippet))
	}
	for _, l := range s.limits {
		if l.value > l.field.get(base.Limits) {
			out = append(out, l.request(snippet))
		}
	}
	return out
}

// request is the request for a limit above the base.
func (l limit) request(snippet string) permit.Request {
	g := permit.Grant{Kind: permit.Limits, Arg: l.field.name + "=" + l.field.show(l.value)}
	return permit.Request{Grant: g, Snippet: snippet, At: l.at}
}

// namespaces is a number of namespaces in the file, with its place.
type namespaces struct {
	n  int
	at slides.Span
}

func (n namespaces) request(snippet string) permit.Request {
	return permit.Request{Grant: permit.Grant{Kind: permit.Nested, Arg: strconv.Itoa(n.n)}, Snippet: snippet, At: n.at}
}

// Settle returns the settings in force when the user grants the requests for which granted is true:
// for all programs, and for single ones by id.
func (c *Config) Settle(base Base, granted func(permit.Request) bool) (all Scope, snippets map[string]Scope) {
	all = c.all.settle("", base, granted)
	snippets = map[string]Scope{}
	for id, s := range c.snippets {
		snippets[id] = all.but(s.settle(id, base, granted))
	}
	return all, snippets
}

// but returns s with the settings of own in place of its own.
func (s Scope) but(own Scope) Scope {
	inherited := slices.Clone(s.Allow)
	drop := func(k permit.Kind, arg string) {
		inherited = slices.DeleteFunc(inherited, func(g permit.Grant) bool { return g.Kind == k && strings.HasPrefix(g.Arg, arg) })
	}
	for _, f := range limitFields() {
		if f.get(own.Limits) == 0 {
			f.set(&own.Limits, f.get(s.Limits))
		} else {
			drop(permit.Limits, f.name+"=")
		}
	}
	if own.Nested == 0 {
		own.Nested = s.Nested
	} else {
		drop(permit.Nested, "")
	}
	own.Allow = inherited.With(own.Allow...)
	return own
}

func (s scope) settle(snippet string, base Base, granted func(permit.Request) bool) Scope {
	var out Scope
	for _, l := range s.limits {
		q := l.request(snippet)
		raises := l.value > l.field.get(base.Limits)
		if raises && !granted(q) {
			continue
		}
		l.field.set(&out.Limits, l.value)
		if raises {
			out.Allow = out.Allow.With(q.Grant)
		}
	}
	if s.nested != nil {
		q := s.nested.request(snippet)
		switch {
		case s.nested.n <= base.Nested:
			out.Nested = cmp.Or(s.nested.n, -1)
		case granted(q):
			out.Nested, out.Allow = s.nested.n, out.Allow.With(q.Grant)
		}
	}
	for _, q := range s.requests {
		if granted(q) {
			out.Allow = out.Allow.With(q.Grant)
		}
	}
	return out
}
