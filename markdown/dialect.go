package markdown

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// Word is one word of the dialect, as an editor wants it for completion. The JSON names are stable.
type Word struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Takes   string   `json:"takes,omitempty"`    // what follows the word, for people; "": nothing
	Need    bool     `json:"required,omitempty"` // it must follow
	Values  []string `json:"values,omitempty"`   // all that may follow, if those are few
	Does    string   `json:"does"`
	Example string   `json:"example"` // a whole comment, info string, or line of the front matter
}

// Dialect lists the words of the dialect, from the tables by which decks are parsed.
type Dialect struct {
	Commands    []Word `json:"commands"`     // of comments
	Attributes  []Word `json:"attributes"`   // behind the language of a code block
	FrontMatter []Word `json:"front_matter"` // its keys
	Options     []Word `json:"options"`      // keys below options in the front matter
	Languages   []Word `json:"languages"`    // of code blocks that run
}

// Words returns the words of the dialect.
func Words() Dialect {
	var d Dialect
	for _, c := range commandTable() {
		w := Word{Name: c.name, Takes: c.param, Need: c.arg != argNone && c.arg != argMost, Values: c.values(), Does: c.doc, Example: "<!-- " + c.example + " -->"}
		if c.alias != "" {
			w.Aliases = []string{c.alias}
		}
		d.Commands = append(d.Commands, w)
	}
	for _, a := range attributeTable() {
		name := "+" + a.name
		if strings.HasPrefix(a.name, "{") { // the lines to highlight
			name = a.name
		}
		d.Attributes = append(d.Attributes, Word{Name: name, Takes: a.param, Need: a.arg == attrMust, Does: a.doc, Example: a.example})
	}
	for _, k := range metaTable() {
		d.FrontMatter = append(d.FrontMatter, Word{Name: k.name, Takes: k.param, Need: true, Does: k.doc, Example: k.example})
	}
	for _, o := range optionTable() {
		d.Options = append(d.Options, Word{Name: o.name, Takes: o.param, Need: true, Values: either(o.param), Does: o.doc, Example: o.name + ": " + o.example})
	}
	for _, l := range lang.All() {
		if !l.Runs() {
			continue
		}
		w := Word{Name: l.Name, Aliases: l.Aliases, Does: "runs with +exec", Example: l.Name + " +exec"}
		for _, e := range l.Executors {
			w.Values = append(w.Values, e.Name)
		}
		if len(w.Values) > 0 {
			w.Takes = "+exec:EXECUTOR"
		}
		d.Languages = append(d.Languages, w)
	}
	return d
}

// either returns the values of something that is on or off.
func either(param string) []string {
	if param == "true or false" {
		return []string{"true", "false"}
	}
	return nil
}

// values returns what may follow a command, if that is little.
func (c *command) values() []string {
	switch c.arg {
	case argBool:
		return either(c.param)
	case argAlign:
		return slices.Clone(alignments()[1:])
	}
	return nil
}

// Samples returns a comment for each command, and for each value of those that have few, one a line.
func (d Dialect) Samples() []string {
	var out []string
	for _, w := range d.Commands {
		if len(w.Values) == 0 {
			out = append(out, w.Example)
		}
		for _, v := range w.Values {
			out = append(out, "<!-- "+w.Name+": "+v+" -->")
		}
	}
	return out
}

// OptionDefaults returns the options that decks can set, each with the value, as YAML, that holds where nobody sets it.
func OptionDefaults() []slides.Setting {
	var out []slides.Setting
	d := DefaultOptions()
	special := map[string]string{
		"command_prefix": `""`, "image_attributes_prefix": d.ImageAttributesPrefix, "list_item_newlines": strconv.Itoa(d.ListItemNewlines),
		"strict_front_matter_parsing": strconv.FormatBool(!d.LenientFrontMatter), "auto_render_languages": "[]",
	}
	for _, o := range optionTable() {
		value, ok := special[o.name]
		if !ok {
			value = "false"
		}
		out = append(out, slides.Setting{Name: o.name, Value: value})
	}
	return out
}
