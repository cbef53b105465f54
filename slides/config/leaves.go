package config

import (
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Leaf is a single setting as a file has it, for people who ask where one comes from.
type Leaf struct {
	Name  string // the keys on the way to it, with dots between: "defaults.theme"
	Value string // as YAML, on one line
	At    slides.Span
	Ours  bool // of slidexec.yaml
	Used  bool // slidexec reads settings of that name in this file
}

// Leaves returns all settings of the user's configuration of presenterm, of presenterm.yaml beside the deck, and of
// slidexec.yaml, in this order; later ones decide. options are the names of options for decks. The other arguments are those of Player.
func (c *Config) Leaves(env func(string) string, userDir string, options []string) []Leaf {
	var out []Leaf
	add := func(c *Config, ours bool, known []string) {
		if c.Source == nil {
			return
		}
		v, err := yaml.Cut(c.Source, c.Source.LineStart(1).Off, len(c.Source.Src)).Parse()
		if err != nil || v.Kind != yaml.Map {
			return // that has been reported
		}
		for _, l := range leaves("", v) {
			l.Ours = ours
			l.Used = slices.ContainsFunc(known, func(k string) bool { return l.Name == k || strings.HasPrefix(l.Name, k+".") })
			out = append(out, l)
		}
	}
	known := names(playerKeys(), "")
	for _, name := range options {
		known = append(known, "options."+name)
	}
	for _, r := range c.presenterm(env, userDir, presentermKeys()) {
		all := append(names(defaultKeys(), "defaults."), known...)
		if r.Source.Name != c.beside(Presenterm) { // a deck brings no languages of its own
			all = append(all, customKey)
		}
		add(r.Config, false, all)
	}
	add(c, true, append(names(keys(), ""), known...))
	return out
}

// names returns the names of a table of keys, each behind a prefix.
func names(table []key, prefix string) []string {
	out := make([]string, len(table))
	for i, k := range table {
		out[i] = prefix + k.name
	}
	return out
}

// leaves lists the settings below a mapping.
func leaves(prefix string, v yaml.Value) []Leaf {
	var out []Leaf
	for _, f := range v.Fields {
		name := prefix + f.Key
		if f.Value.Kind == yaml.Map && len(f.Value.Fields) > 0 {
			out = append(out, leaves(name+".", f.Value)...)
		} else if f.Value.Kind != yaml.Null { // an empty setting sets nothing
			out = append(out, Leaf{Name: name, Value: oneLine(f.Value), At: f.At})
		}
	}
	return out
}

// oneLine writes a value as YAML.
func oneLine(v yaml.Value) string {
	switch v.Kind {
	case yaml.List:
		items := make([]string, len(v.Items))
		for i, it := range v.Items {
			items[i] = oneLine(it)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case yaml.Map:
		var fields []string
		for _, f := range v.Fields {
			fields = append(fields, f.Key+": "+oneLine(f.Value))
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case yaml.String:
		return strings.Join(strings.Fields(string(v.At.File.Src[v.At.Off:v.At.End])), " ")
	}
	return v.Text
}

// ShowLimits returns the limits of programs by name, as slidexec.yaml writes them.
func ShowLimits(l sandbox.Limits) []Leaf {
	var out []Leaf
	for _, f := range limitFields() {
		out = append(out, Leaf{Name: "limits." + f.name, Value: f.show(f.get(l))})
	}
	return out
}
