package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/yaml"
)

// reader reads the file.
type reader struct {
	*Config
	folder   permit.Folder
	requests int // so far

	others bool // the file is presenterm's: it has keys that are not for us
}

// key is a key that a mapping may have.
type key struct {
	name    string
	example string
	read    func(r *reader, f yaml.Field)
}

// keys is the table of the file's own keys.
func keys() []key {
	return append([]key{
		{"permissions", "permissions: [net]", func(r *reader, f yaml.Field) { r.permissions(f.Value, "", &r.all) }},
		{"limits", "limits: {timeout: 30s}", (*reader).deckLimits},
		{"snippets", "snippets: {hello: {timeout: 2s}}", (*reader).perSnippet},
	}, append(optionKeys(), playerKeys()...)...)
}

// read reads the file by a table of its keys.
func (r *reader) read(table []key) {
	v, err := yaml.Cut(r.Source, r.Source.LineStart(1).Off, len(r.Source.Src)).Parse()
	if bad, ok := errors.AsType[*yaml.Error](err); ok {
		r.fail(bad.At, bad.Msg, "")
		return
	}
	if v.Kind == yaml.Null {
		return
	}
	r.mapping(v, table)
}

// mapping reads the entries of a mapping by a table of keys.
func (r *reader) mapping(v yaml.Value, table []key) {
	if v.Kind != yaml.Map {
		r.fail(v.At, "want lines of KEY: VALUE, got "+v.Describe(), "as in "+table[0].example)
		return
	}
	names := make([]string, len(table))
	for i, k := range table {
		names[i] = k.name
	}
	for _, f := range v.Fields {
		i := slices.Index(names, f.Key)
		switch {
		case i < 0 && r.others:
		case i < 0:
			r.fail(f.At, "unknown key "+text.Name(f.Key), text.Suggest(f.Key, "keys here: ", names))
		case f.Value.Kind == yaml.Null: // an empty setting sets nothing
		default:
			table[i].read(r, f)
		}
	}
}

func (r *reader) deckLimits(f yaml.Field) { r.mapping(f.Value, limitKeys(&r.all)) }

// limitKeys returns the table of limits as keys that set a scope.
func limitKeys(to *scope) []key {
	var out []key
	for _, field := range limitFields() {
		out = append(out, key{field.name, field.example, func(r *reader, f yaml.Field) {
			n, err := field.parse(f.Value)
			if err != nil {
				r.fail(f.Value.At, f.Key+": "+err.Error(), "as in "+field.example)
				return
			}
			to.limits = append(to.limits, limit{field, n, f.Value.At})
		}})
	}
	return out
}

// perSnippet reads the settings of single snippets.
func (r *reader) perSnippet(f yaml.Field) {
	if f.Value.Kind != yaml.Map {
		r.fail(f.Value.At, "snippets: want lines of ID: SETTINGS, got "+f.Value.Describe(), "as in snippets: {hello: {timeout: 2s}}")
		return
	}
	for _, s := range f.Value.Fields {
		r.ids = append(r.ids, s)
		if s.Value.Kind == yaml.Null {
			continue
		}
		var sc scope
		r.mapping(s.Value, append(limitKeys(&sc), key{"permissions", "permissions: [net]", func(r *reader, f yaml.Field) {
			r.permissions(f.Value, s.Key, &sc)
		}}))
		r.snippets[s.Key] = sc
	}
}

// permissions reads a list of requests: words as of --allow, or mappings of one word.
func (r *reader) permissions(v yaml.Value, snippet string, to *scope) {
	if v.Kind != yaml.List {
		r.fail(v.At, "permissions: want a list, got "+v.Describe(), "as in permissions: [net, write: data]")
		return
	}
	for _, it := range v.Items {
		switch it.Kind {
		case yaml.Map:
			for _, f := range it.Fields {
				r.words(f, snippet, to)
			}
		case yaml.List, yaml.Null:
			r.fail(it.At, "want a permission, got "+it.Describe(), "the permissions are "+permit.Usage)
		default:
			g, err := permit.Parse(it.Text)
			r.request(permit.Request{Grant: g, Snippet: snippet, At: it.At}, err, to)
		}
	}
}

// words reads "write: data" and "env: [A, B]".
func (r *reader) words(f yaml.Field, snippet string, to *scope) {
	values := []yaml.Value{f.Value}
	if f.Value.Kind == yaml.List {
		values = f.Value.Items
	}
	for _, v := range values {
		at, arg := v.At, ""
		switch v.Kind {
		case yaml.List, yaml.Map:
			r.fail(v.At, f.Key+": want text, got "+v.Describe(), "as in "+f.Key+": VALUE")
			continue
		case yaml.Null:
			at = f.At
		default:
			arg = v.Text
		}
		g, err := permit.New(f.Key, arg)
		if e, ok := errors.AsType[*permit.Error](err); ok && strings.HasPrefix(e.Msg, "unknown permission") {
			at = f.At
		}
		r.request(permit.Request{Grant: g, Snippet: snippet, At: at}, err, to)
	}
}

// request resolves a request's path and adds the request to a scope.
func (r *reader) request(q permit.Request, err error, to *scope) {
	if err == nil {
		q.Grant, err = r.folder.Ask(q.Grant)
	}
	if err == nil && q.Kind == permit.Limits {
		err = &permit.Error{Msg: "a limit is requested under limits, not under permissions", Hint: "as in limits: {memory: 4G}"}
	}
	bad, isBad := errors.AsType[*permit.Error](err)
	switch {
	case isBad && bad.Missing: // the path may exist on another machine
		r.diag(q.At, slides.Warning, bad.Msg, bad.Hint)
	case isBad:
		r.fail(q.At, bad.Msg, bad.Hint)
	case err != nil:
		r.fail(q.At, err.Error(), "")
	case q.Kind == permit.Nested:
		n, _ := permit.Set{q.Grant}.Nested()
		to.nested = &namespaces{n, q.At}
	default:
		to.requests = append(to.requests, q)
		if r.requests++; r.requests == permit.MaxRequests+1 {
			r.fail(q.At, fmt.Sprintf("the deck requests more than %d permissions, too many to read", permit.MaxRequests), "request a folder instead of each file in it")
		}
	}
}
